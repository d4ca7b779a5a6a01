"""Another Istio in the cluster, and what is left of one."""

from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.documents import HelmRelease
from operations.precheck.installs import check_installs
from tests.operations.precheck.conftest import ClusterWith, crd, helm_object

Document = dict[str, Any]
OURS = {"app.kubernetes.io/part-of": "istio-mesh", "app.kubernetes.io/managed-by": "pulumi"}


def said(settings: MeshSettings, cluster_with: ClusterWith, **changes: object) -> list[tuple[str, str]]:
    """Level and sentence of each finding."""
    return [(one.level.value, one.what) for one in check_installs(settings, cluster_with(**changes))]


def webhook(name: str, release: str | None, namespace: str, policy: str = "Fail") -> Document:
    """A validating webhook that calls istiod in a namespace."""
    hooks = [{"failurePolicy": policy, "clientConfig": {"service": {"name": "istiod", "namespace": namespace}}}]
    return {"kind": "ValidatingWebhookConfiguration", **helm_object(name, release, ""), "webhooks": hooks}


def test_the_stack_itself_is_no_other_install(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    assert said(
        settings,
        cluster_with,
        namespaces=[{"metadata": {"name": "istio-system", "labels": OURS}}],
        deployments=[helm_object("istiod", "istio-system/istiod")],
        webhooks=[webhook("istio-validator-istio-system", "istio-system/istiod", "istio-system")],
        crds=[crd("gateways.networking")],
        releases=[HelmRelease(namespace="istio-system", name="istiod", status="deployed")],
    ) == [("ok", "no other Istio is in the cluster")]


@pytest.mark.parametrize(
    ("release", "namespace", "labels", "expected"),
    [
        (
            None,
            "istio-system",
            {},
            (
                "refused",
                "the control plane istio-system/istiod of no Helm release (istioctl install, or manifests), revision "
                "default, is not of this stack",
            ),
        ),
        (
            "mesh/istio",
            "mesh",
            {},
            (
                "refused",
                "the control plane mesh/istiod of Helm release mesh/istio, revision default, is not of this stack",
            ),
        ),
        (
            "mesh/istio",
            "mesh",
            {"istio.io/rev": "canary"},
            (
                "warning",
                "the control plane mesh/istiod of Helm release mesh/istio, revision canary, is not of this stack",
            ),
        ),
    ],
)
def test_a_foreign_control_plane(
    settings: MeshSettings,
    cluster_with: ClusterWith,
    release: str | None,
    namespace: str,
    labels: dict[str, str],
    expected: tuple[str, str],
) -> None:
    istiod = helm_object("istiod", release, namespace, **labels)
    assert said(settings, cluster_with, deployments=[istiod]) == [expected]


def test_a_release_of_the_same_name_that_another_tool_made(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    assert said(
        settings,
        cluster_with,
        namespaces=[{"metadata": {"name": "istio-system"}}],
        deployments=[helm_object("istiod", "istio-system/istiod")],
    ) == [
        (
            "warning",
            "istio-system/istiod is of a Helm release with the name that this stack uses, in a namespace that it did "
            "not make",
        )
    ], "`helm install istiod istio/istiod -n istio-system` is what Istio's documentation says"


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        (
            webhook("istiod-default-validator", "old/istio-base", "old"),
            (
                "refused",
                "ValidatingWebhookConfiguration istiod-default-validator calls istiod in old, which is not there, so "
                "that what it guards is refused",
            ),
        ),
        (
            webhook("istio-validator", None, "istio-system", "Ignore"),
            (
                "refused",
                "ValidatingWebhookConfiguration istio-validator calls istiod in istio-system, and is not of this "
                "stack's Helm releases",
            ),
        ),
        (webhook("istio-validator", "old/istiod", "old", "Ignore"), ("ok", "no other Istio is in the cluster")),
    ],
)
def test_a_webhook_that_was_left_behind(
    settings: MeshSettings, cluster_with: ClusterWith, hook: Document, expected: tuple[str, str]
) -> None:
    assert said(settings, cluster_with, webhooks=[hook]) == [expected]


@pytest.mark.parametrize(
    ("release", "owner"), [(None, "no Helm release"), ("istio-system/base", "Helm release istio-system/base")]
)
def test_crds_that_helm_would_not_take(
    settings: MeshSettings, cluster_with: ClusterWith, release: str | None, owner: str
) -> None:
    crds = [crd("gateways.networking", release), crd("sidecars.networking", release), {"metadata": {"name": "a.b"}}]
    (found,) = check_installs(settings, cluster_with(crds=crds))
    assert found.what == (
        f"2 of Istio's CRDs are of {owner}, such as gateways.networking.istio.io; Helm refuses to take them"
    ), "with 'invalid ownership metadata', in the middle of an installation"
    assert found.fix == (
        "Have them taken over, each: kubectl label crd NAME app.kubernetes.io/managed-by=Helm --overwrite; kubectl "
        "annotate crd NAME meta.helm.sh/release-name=istio-base meta.helm.sh/release-namespace=istio-system --overwrite"
    )


@pytest.mark.parametrize(
    ("version", "level"), [("1.30.3", "ok"), ("1.29.1", "ok"), ("1.30.4", "warning"), ("1.31.0", "refused")]
)
def test_crds_that_are_newer(settings: MeshSettings, cluster_with: ClusterWith, version: str, level: str) -> None:
    assert said(settings, cluster_with, crds=[crd("gateways.networking", version=version)])[0][0] == level, (
        "an older CRD drops fields of objects that are stored"
    )


def test_a_release_that_was_cut_off(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    releases = [
        HelmRelease(namespace="istio-ingress", name="ingressgateway", status="pending-upgrade"),
        HelmRelease(namespace="shop", name="front", status="pending-install"),
    ]
    (found,) = check_installs(settings, cluster_with(releases=releases))
    assert (found.level.value, found.what, found.fix) == (
        "refused",
        "Helm release istio-ingress/ingressgateway is pending-upgrade: it was cut off, and Helm refuses others",
        "helm rollback ingressgateway -n istio-ingress, or helm uninstall for a first installation; then pulumi "
        "refresh",
    ), "only releases of the stack"
