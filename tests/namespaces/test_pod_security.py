"""Pod Security levels that fit to what runs in a namespace; those that do not are in tests/settings/bad_inputs.yaml."""

from typing import Any

import pytest

from components.namespaces.specs import namespace_labels
from tests.support.stacks import DEMO, changed, settings_of

PROFILE = {"type": "RuntimeDefault"}


def level_of(document: dict[str, Any], namespace: str, level: str, **more: object) -> str:
    """The level that the namespace of an accepted stack is labelled with."""
    named = changed(document, f"namespaces.{namespace}", {"podSecurity": {"enforce": level}, **more})
    labels = namespace_labels(settings_of(named).namespaces[namespace])
    return labels["pod-security.kubernetes.io/enforce"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("istio.extraValues.istiod", {"cni": {"enabled": True}}),
        ("meshConfig", {"defaultConfig": {"interceptionMode": "NONE"}}),
    ],
)
def test_sidecars_without_istio_init_are_accepted_at_every_level(path: str, value: object) -> None:
    document = changed(DEMO, path, value)
    assert level_of(document, "shop", "restricted", injection="enabled") == "restricted", "nothing asks for NET_ADMIN"


def test_a_namespace_without_sidecars_may_have_every_level() -> None:
    assert level_of(DEMO, "shop", "restricted") == "restricted", "its pods are its own affair"


def test_a_gateway_runs_at_the_level_baseline_also_where_pods_are_injected() -> None:
    found = level_of(DEMO, "istio-ingress", "baseline", injection="enabled")
    assert found == "baseline", "a gateway's template has no istio-init"


def test_istiod_with_a_seccomp_profile_runs_at_the_level_restricted() -> None:
    document = changed(DEMO, "istio.extraValues.istiod", {"seccompProfile": PROFILE})
    assert level_of(document, "istio-system", "restricted") == "restricted", "the chart sets the rest"


@pytest.mark.parametrize("key", ["securityContext", "containerSecurityContext"])
def test_a_gateway_with_a_seccomp_profile_runs_at_the_level_restricted(key: str) -> None:
    document = changed(DEMO, f"istio.extraValues.gateway.{key}", {"seccompProfile": PROFILE})
    assert level_of(document, "istio-ingress", "restricted") == "restricted", "of the pod or of its container"


@pytest.mark.parametrize("enabled", [True, False])
def test_openshift_is_accepted_once_the_stack_says_whether_the_plugin_is_there(enabled: bool) -> None:
    document = changed(DEMO, "istio.extraValues.istiod", {"cni": {"enabled": enabled}})
    assert settings_of(changed(document, "istio.platform", "openshift")).istio.platform == "openshift", "it is known"
