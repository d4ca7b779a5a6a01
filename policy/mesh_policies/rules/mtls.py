"""Mutual TLS between workloads."""

from collections.abc import Iterator, Sequence

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import UNKNOWN, Resource, at, fields
from mesh_policies.rules.signature import Parameters

_PLAIN = {"PERMISSIVE": "accepts plain text as well", "DISABLE": "accepts plain text only"}
_FIX = "Use STRICT"


def strict(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """PeerAuthentications that let plain text through, as a whole or for a port."""
    if not resource.is_a("security.istio.io", "PeerAuthentication"):
        return
    mode = resource.at("spec", "mtls", "mode")
    if mode in _PLAIN:
        yield Finding(("spec", "mtls", "mode"), f"{mode} {_PLAIN[mode]}", _FIX)
    for port, one in fields(resource.at("spec", "portLevelMtls")).items():
        mode = at(one, "mode")
        if mode in _PLAIN:
            yield Finding(("spec", "portLevelMtls", port, "mode"), f"{mode} {_PLAIN[mode]}", _FIX)


def mesh_wide(
    resources: Sequence[Resource], _policy: Policy, _parameters: Parameters
) -> Iterator[tuple[Resource, Finding]]:
    """Releases of istiod without a PeerAuthentication for the whole mesh: one without selector in the root namespace.

    Source: istio.io/latest/docs/reference/config/security/peer_authentication.
    """
    policies = [one for one in resources if one.is_a("security.istio.io", "PeerAuthentication")]
    for resource in resources:
        chart = chart_of(resource)
        if chart is None or chart.name != "istiod":
            continue
        _, given = chart.value(("meshConfig", "rootNamespace"), ("global", "istioNamespace"))
        root = given or resource.at("namespace") or "istio-system"
        if not any(_holds_for_all(one, root) for one in policies):
            yield (
                resource,
                Finding(
                    ("namespace",),
                    f"no PeerAuthentication of {root if isinstance(root, str) else 'the root namespace'} says what the "
                    "whole mesh accepts, so it accepts plain text",
                    "Add one without a selector and with mode STRICT",
                ),
            )


def _holds_for_all(policy: Resource, root: object) -> bool:
    """Whether a policy says something for the whole mesh; what is not known yet is taken for right."""
    place = policy.at("metadata", "namespace")
    if policy.at("spec", "selector"):
        return False
    mode = policy.at("spec", "mtls", "mode")
    return (place == root or UNKNOWN in (place, root)) and mode not in (None, "UNSET")
