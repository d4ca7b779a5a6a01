"""Each check over documents: what it says, and what to do about it."""

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.command import check
from operations.precheck.documents import Right
from operations.precheck.findings import Level
from operations.precheck.rights import ESCALATE, check_rights, needed_rights
from operations.precheck.version import check_version
from tests.operations.precheck.conftest import ClusterWith, said
from tests.support.stacks import DEMO, changed, demo_with, settings_of


def test_a_new_cluster_is_fine_but_for_the_load_balancer(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    findings = check(settings, cluster_with())
    assert [(one.check, one.level.value) for one in findings] == [
        ("kubernetes", "ok"),
        ("rights", "ok"),
        ("other installs", "ok"),
        ("cni", "ok"),
        ("capacity", "ok"),
        ("load balancer", "warning"),
    ]


def test_what_may_not_be_read_is_a_warning_and_not_a_pass(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    blind = cluster_with(deployments=None, webhooks=None, crds=None, releases=None, nodes=None, services=None)
    unknown = [one.what.split(" may not")[0] for one in check(settings, blind) if one.level is Level.WARNING]
    assert unknown == [
        "deployments",
        "webhook configurations",
        "CRDs",
        "Helm releases (secrets)",
        "nodes and pods",
        "services",
    ]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"major": "1", "minor": "35+"}, ("ok", "Kubernetes 1.35 and Istio 1.30.3 go together", "")),
        (
            {"major": "1", "minor": "31"},
            (
                "refused",
                "Istio 1.30.3 needs Kubernetes 1.32 or newer, but the cluster runs 1.31",
                "Upgrade the cluster, or choose Istio 1.29",
            ),
        ),
        (
            {"major": "1", "minor": "37"},
            (
                "warning",
                "The cluster runs Kubernetes 1.37, but Istio 1.30.3 was tested up to 1.36",
                "It may work; a newer Istio is the safer choice",
            ),
        ),
        ({}, ("warning", "the API server does not tell its version", "Compare it with Istio's supported versions")),
    ],
)
def test_the_version_of_kubernetes(document: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert said(check_version("1.30.3", document)) == [expected]


def test_the_rights_cover_every_namespace_of_the_stack(settings: MeshSettings) -> None:
    texts = [str(right) for right in needed_rights(settings)]
    wanted = {
        "create customresourcedefinitions.apiextensions.k8s.io",
        "create namespaces",
        "create deployments.apps in istio-system",
        "create deployments.apps in istio-ingress",
        "create gateways.networking.istio.io in istio-ingress",
        "patch deployments.apps in istio-system",
        "delete namespaces",
        "update secrets in istio-system",
        "escalate clusterroles.rbac.authorization.k8s.io",
    }
    assert wanted <= set(texts), texts
    assert len(texts) == len(set(texts)), "nothing is asked twice"


def test_what_only_some_stacks_create_is_asked_about_for_these() -> None:
    quota = {"shop": {"resourceQuota": {"pods": "10"}}, "old": {"create": False, "injection": "enabled"}}
    texts = [str(right) for right in needed_rights(demo_with("namespaces", DEMO["namespaces"] | quota))]
    assert {"create resourcequotas in shop", "patch namespaces"} <= set(texts), texts
    assert "create limitranges in shop" not in texts, "nobody should have to grant what is not needed"


@pytest.mark.parametrize(
    ("path", "value", "right"),
    [
        (
            "mtls.namespaces",
            {"bookinfo": {"mode": "STRICT"}},
            "create peerauthentications.security.istio.io in bookinfo",
        ),
        (
            "networkPolicies",
            {"enabled": True},
            "create networkpolicies.networking.k8s.io in istio-ingress",
        ),
        (
            "roles",
            {"applicationTeam": {"bookinfo": ["shop"]}},
            "create rolebindings.rbac.authorization.k8s.io in bookinfo",
        ),
        ("controlPlane.trustBundleNamespaces", ["legacy"], "patch configmaps in legacy"),
        ("namespaces.legacy", {"create": False, "injection": "enabled"}, "patch configmaps in legacy"),
        (
            "samples.bookinfo",
            {"namespace": "bookinfo", "gateway": "ingressgateway", "hosts": ["*"]},
            "create virtualservices.networking.istio.io in bookinfo",
        ),
    ],
)
def test_a_part_of_the_stack_asks_for_its_right(path: str, value: object, right: str) -> None:
    bare = {key: one for key, one in DEMO.items() if key != "samples"}
    without = [str(one) for one in needed_rights(settings_of(bare))]
    wanted = [str(one) for one in needed_rights(settings_of(changed(bare, path, value)))]
    assert right in wanted, wanted
    assert right not in without, "nobody should have to grant what is not needed"


def test_a_certificate_of_cert_manager_is_asked_about_where_a_gateway_shows_it() -> None:
    issuer = {"kind": "certManager", "issuer": {"name": "letsencrypt"}, "dnsNames": ["shop.example.com"]}
    declared = changed(DEMO, "tls", {"shop": issuer})
    https = {
        "port": 443,
        "protocol": "HTTPS",
        "hosts": ["shop.example.com"],
        "tls": {"mode": "SIMPLE", "credential": "shop"},
    }
    shown = changed(declared, "gateways.ingressgateway.servers", [https])
    right = "create certificates.cert-manager.io in istio-ingress"
    assert right in [str(one) for one in needed_rights(settings_of(shown))], "cert-manager takes it from there"
    assert right not in [str(one) for one in needed_rights(settings_of(declared))], "nobody uses it, so it is not made"


def test_missing_rights_are_listed(settings: MeshSettings) -> None:
    allowed = dict.fromkeys(needed_rights(settings), True)
    missing = [
        Right(group="", resource="namespaces"),
        Right(group="apps", resource="deployments", namespace="istio-ingress"),
    ]
    assert said(*check_rights(settings, allowed | dict.fromkeys(missing, False))) == [
        (
            "refused",
            "the user may not: create namespaces, create deployments.apps in istio-ingress",
            "Use a context with the rights of a cluster administrator, or have them granted",
        )
    ]


def test_rights_to_one_resource_are_told_together(settings: MeshSettings) -> None:
    allowed = {right: right.resource != "namespaces" for right in needed_rights(settings)}
    (found,) = check_rights(settings, allowed)
    assert found.what == "the user may not: delete and patch and create namespaces", "an update is no less needed"


def test_all_that_is_said_to_be_allowed_was_asked(settings: MeshSettings) -> None:
    allowed = dict.fromkeys(needed_rights(settings), True)
    said_fine = f"all that the stack needs may be created, changed and deleted ({len(allowed)} rights, 3 namespaces)"
    assert said(*check_rights(settings, allowed)) == [("ok", said_fine, "")]


def test_a_user_who_may_not_escalate_is_warned(settings: MeshSettings) -> None:
    allowed = dict.fromkeys(needed_rights(settings), True) | {ESCALATE: False}
    assert said(*check_rights(settings, allowed)) == [
        (
            "warning",
            "the user may not escalate clusterroles, and may give istiod only rights that it has itself",
            "If the installation fails with 'attempting to grant RBAC permissions', grant it",
        )
    ], "the rights may be there all the same"
