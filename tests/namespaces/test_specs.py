"""Which namespaces the mesh has, and what is in their objects."""

from typing import Any

import pytest

from components.namespaces.component import Namespaces, NamespacesArgs
from components.namespaces.settings import (
    Injection,
    InjectionRevision,
    NamespaceSettings,
    PodSecurity,
    PodSecurityLevel,
)
from components.namespaces.specs import (
    foreign_namespaces,
    limits_manifest,
    mesh_namespaces,
    namespace_labels,
    quota_manifest,
)
from tests.support.engine import Recorder, run
from tests.support.stacks import DEMO, demo_with, settings_of

OWN = {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"}


def namespace(settings: dict[str, Any]) -> NamespaceSettings:
    """The settings of one namespace of a stack."""
    return demo_with("namespaces.shop", settings).namespaces["shop"]


def engine(settings: dict[str, Any]) -> Recorder:
    """One namespace, deployed."""
    return run(lambda: Namespaces("it", NamespacesArgs(namespaces={"shop": namespace(settings)})))


def test_the_namespaces_of_istiod_and_gateways_need_no_declaration() -> None:
    assert list(mesh_namespaces(settings_of(DEMO))) == ["istio-system", "istio-ingress", "bookinfo"], (
        "nobody should have to write down what follows from the rest"
    )


def test_a_declared_namespace_keeps_its_settings_when_it_is_implied_as_well() -> None:
    settings = demo_with("namespaces.istio-ingress", {"labels": {"team": "edge"}})
    assert mesh_namespaces(settings)["istio-ingress"].labels == {"team": "edge"}, "the stack knows better"


@pytest.mark.parametrize(
    ("injection", "label"),
    [
        (Injection.ENABLED, {"istio-injection": "enabled"}),
        (Injection.DISABLED, {"istio-injection": "disabled"}),
        (InjectionRevision(revision="stable"), {"istio.io/rev": "stable"}),
        (None, {}),
    ],
)
def test_injection_becomes_one_of_istios_labels(
    injection: Injection | InjectionRevision | None, label: dict[str, str]
) -> None:
    found = namespace_labels(NamespaceSettings(injection=injection))
    assert found == OWN | label, (
        "the injector selects by them; without a choice each pod, as a gateway's, says so itself"
    )


def test_labels_of_the_stack_are_added() -> None:
    assert namespace_labels(NamespaceSettings(labels={"team": "edge"}))["team"] == "edge", "policies select by them"


def test_pod_security_becomes_kubernetes_labels() -> None:
    levels = PodSecurity(enforce=PodSecurityLevel.BASELINE, warn=PodSecurityLevel.RESTRICTED)
    assert namespace_labels(NamespaceSettings(pod_security=levels)) == OWN | {
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/warn": "restricted",
    }, "a mode that is left out keeps the cluster's own level"


def test_a_quota_bounds_the_namespace_as_a_whole() -> None:
    manifest = quota_manifest("shop", namespace({"resourceQuota": {"pods": "50", "limits.cpu": "20"}}))
    assert manifest, "there is one"
    assert manifest["spec"] == {"hard": {"pods": "50", "limits.cpu": "20"}}, "Kubernetes' own names"


def test_limits_bound_each_container() -> None:
    settings = {"limits": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}, "max": {"memory": "4Gi"}}}
    manifest = limits_manifest("shop", namespace(settings))
    assert manifest, "there is one"
    assert manifest["spec"]["limits"] == [
        {"type": "Container", "default": {"memory": "1Gi"}, "defaultRequest": {"cpu": "100m"}, "max": {"memory": "4Gi"}}
    ], "what is left out is left to the container"


def test_a_namespace_without_bounds_has_none() -> None:
    bare = NamespaceSettings()
    assert (quota_manifest("shop", bare), limits_manifest("shop", bare)) == (None, None), "nobody asked for them"


def test_a_namespace_of_others_is_labelled_and_not_marked_as_the_programs_own() -> None:
    patch = engine({"create": False, "injection": "enabled"}).named("it-shop")
    assert patch.type == "kubernetes:core/v1:NamespacePatch", "a Namespace would be deleted on destroy"
    assert patch.inputs["metadata"] == {
        "name": "shop",
        "labels": {"istio-injection": "enabled"},
        "annotations": {"pulumi.com/patchForce": "true"},
    }, "the rest of it belongs to somebody else"


def test_bounds_are_created_in_the_namespace_after_it() -> None:
    recorder = engine({"resourceQuota": {"pods": "50"}, "limits": {"max": {"cpu": "2"}}})
    for name, kind in (("it-shop-quota", "ResourceQuota"), ("it-shop-limits", "LimitRange")):
        one = recorder.named(name)
        assert one.type == f"kubernetes:core/v1:{kind}", "the kinds of Kubernetes"
        assert recorder.named("it-shop").urn in one.dependencies, "there is no place for them before"


def test_the_trust_bundles_of_a_labelled_namespace_are_seen_to_as_well() -> None:
    settings = demo_with("namespaces.shop", {"create": False, "injection": "enabled"})
    assert foreign_namespaces(settings) == ["default", "kube-system", "shop"], "istiod would leave them there for good"
