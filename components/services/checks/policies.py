"""Checks of what holds for requests and connections: those of the Istio resources that it is written into."""

from collections.abc import Iterator

from components.kinds.catalog import kinds
from components.kinds.loading import Shape, shape_of_kind
from components.kinds.node import Node
from components.kinds.shape import shape_problems
from components.services.actions import RequestPolicies
from components.services.rules import Rule, Target
from components.services.settings import ServiceSettings
from components.services.virtual_service import policies
from components.settings.problems import Path, Problem
from components.traffic.checks.http_headers import headers_problems
from components.traffic.checks.http_policies import (
    cors_problems,
    fault_problems,
    retries_problems,
    timeout_problems,
)
from components.traffic.checks.traffic_policy import traffic_policy_problems


def policy_problems(service: ServiceSettings, istio_version: str, path: Path) -> Iterator[Problem]:
    """Policies of the service, of its routes and of its versions."""
    yield from request_policy_problems(service, path)
    for index, route in enumerate(service.routes):
        yield from request_policy_problems(route, (*path, "routes", index))
    policy = Node(service.traffic_policy, (*path, "trafficPolicy"))
    yield from connection_problems(policy, istio_version, namespace=service.namespace)
    for name, version in service.versions.items():
        own = Node(version.traffic_policy, (*path, "versions", name, "trafficPolicy"))
        yield from connection_problems(own, istio_version, namespace=service.namespace, above=policy)


def request_policy_problems(given: RequestPolicies, path: Path) -> Iterator[Problem]:
    """Timeout, retries, faults, headers and CORS, as in a route of a VirtualService, which has the same names."""
    own = RequestPolicies(**{name: getattr(given, name) for name in RequestPolicies.model_fields})
    if own == RequestPolicies():
        return
    written = policies(own, Rule(name="", targets=(Target(service=""),)), lambda _target: {})
    node = Node(written, path)
    yield from timeout_problems(node)
    if node.has("retries"):
        yield from retries_problems(node.at("retries"))
    yield from fault_problems(node.at("fault"))
    yield from headers_problems(node.at("headers"))
    if node.has("corsPolicy"):
        yield from cors_problems(node.at("corsPolicy"))


def connection_problems(
    policy: Node, istio_version: str, *, namespace: str, above: Node | None = None
) -> Iterator[Problem]:
    """A TrafficPolicy in Istio's own words: its shape, and what it means where the shape is right."""
    if not policy.given:
        return
    wrong = list(shape_problems(policy, traffic_policy_shape(), istio_version))
    yield from wrong
    if not wrong:
        yield from traffic_policy_problems(policy, namespace=namespace, above=above)


def traffic_policy_shape() -> Shape:
    """The shape of DestinationRule's `trafficPolicy`."""
    whole = shape_of_kind(kinds()["networking.istio.io", "DestinationRule"])
    return whole["properties"]["trafficPolicy"] if "properties" in whole else {}
