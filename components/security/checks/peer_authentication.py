"""Checks of PeerAuthentication."""

from collections.abc import Iterator

from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.traffic.checks.policy_targets import selector_problems


def peer_authentication_problems(resource: Resource) -> Iterator[Problem]:
    """A PeerAuthentication that Istio refuses. That ports are from 1 to 65535, and not none, is in the shape.

    Source: ValidatePeerAuthentication of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    yield from selector_problems(spec.at("selector"), "matchLabels")
    ports = spec.at("portLevelMtls")
    if ports.given and not spec.at("selector", "matchLabels").keys:
        yield ports.problem(
            "is for single workloads only, and nothing is selected",
            "Add `selector: {matchLabels: {…}}`, or remove the ports",
        )
    for key, port in ports.entries:
        if key.startswith("0"):
            yield port.problem(f"'{key}' begins with 0, and istiod reads no such number", f"Write '{key.lstrip('0')}'")
