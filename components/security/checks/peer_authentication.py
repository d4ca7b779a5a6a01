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
    seen: dict[int, str] = {}
    for key, port in ports.entries:
        number = int(key) if key.isdecimal() and key.isascii() else 0
        earlier = seen.setdefault(number, key)
        if earlier != key:
            yield port.problem(f"'{earlier}' and '{key}' are the same port (a rule of this project)", "Keep one")
