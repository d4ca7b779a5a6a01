"""PeerAuthentication resources."""

from typing import Any

import pytest

from components.security.mtls.settings import MtlsMode, MtlsSettings
from components.security.mtls.specs import mtls_policies
from tests.support.stacks import demo_with

OWN = {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"}


def policies(namespaces: dict[str, Any]) -> dict[str, Any]:
    """The policies of a stack by role, that of the mesh left out."""
    found = mtls_policies(demo_with("mtls.namespaces", namespaces).mtls, "istio-system")
    return {role: policy for role, policy in found.items() if role != "mesh-wide"}


@pytest.mark.parametrize("mode", MtlsMode)
def test_the_policy_of_the_whole_mesh_is_the_default_one_of_the_root_namespace(mode: MtlsMode) -> None:
    assert mtls_policies(MtlsSettings(mode=mode), "istio-system") == {
        "mesh-wide": {
            "apiVersion": "security.istio.io/v1",
            "kind": "PeerAuthentication",
            "metadata": {"name": "default", "namespace": "istio-system", "labels": OWN},
            "spec": {"mtls": {"mode": mode.value}},
        }
    }, "under another name or elsewhere it would hold for one namespace only"


def test_a_namespace_has_a_policy_of_its_own() -> None:
    (policy,) = policies({"bookinfo": {"mode": "STRICT"}}).values()
    assert (policy["metadata"]["name"], policy["metadata"]["namespace"]) == ("default", "bookinfo"), (
        "Istio's convention"
    )
    assert policy["spec"] == {"mtls": {"mode": "STRICT"}}, "without a selector it holds for the whole namespace"


def test_a_workload_is_selected_by_its_labels_and_a_port_by_its_number() -> None:
    workload = {"selector": {"matchLabels": {"app": "db"}}, "mode": "STRICT", "ports": {"5432": "DISABLE"}}
    (policy,) = policies({"bookinfo": {"workloads": {"db": workload}}}).values()
    assert policy["spec"] == {
        "selector": {"matchLabels": {"app": "db"}},
        "mtls": {"mode": "STRICT"},
        "portLevelMtls": {"5432": {"mode": "DISABLE"}},
    }, "the port is that of the pods"


def test_a_workload_with_ports_only_keeps_the_mode_of_its_namespace() -> None:
    workload = {"selector": {"matchLabels": {"app": "db"}}, "ports": {"5432": "DISABLE"}}
    (policy,) = policies({"bookinfo": {"workloads": {"db": workload}}}).values()
    assert "mtls" not in policy["spec"], "a mode would overrule what holds above"


def test_the_last_day_of_plain_text_is_written_into_the_policy() -> None:
    (policy,) = policies({"bookinfo": {"mode": "PERMISSIVE", "until": "2027-03-31 00:00:00 +0000 UTC"}}).values()
    told = policy["metadata"].get("annotations")
    assert told == {"istio-mesh/until": "2027-03-31"}, "in the cluster nothing else tells that it should be gone"


def test_the_reason_for_plain_text_is_written_into_the_policy() -> None:
    (policy,) = policies({"bookinfo": {"mode": "PERMISSIVE", "reason": "until March"}}).values()
    told = policy["metadata"]["annotations"]
    assert told == {"istio-mesh/reason": "until March"}, "who finds the policy in the cluster asks just that"
