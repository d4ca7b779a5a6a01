"""EnvoyFilters."""

from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.policy import Policy
from mesh_policies.resources import Resource
from mesh_policies.rules.signature import Parameters


def unexplained(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Every EnvoyFilter; one that is acknowledged does not get here."""
    if resource.is_a("networking.istio.io", "EnvoyFilter"):
        yield Finding(
            ("kind",), "EnvoyFilter changes Envoy past Istio's own settings", "Use what Istio has a field for"
        )
