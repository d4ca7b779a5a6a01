"""Checks of what holds for requests and connections: those of the Istio resources that it is written into."""

from collections.abc import Iterator
from dataclasses import replace

from components.kinds.catalog import kinds
from components.kinds.certainty import certain_problems
from components.kinds.go_duration import go_seconds
from components.kinds.loading import Shape, shape_of_kind
from components.kinds.node import Node
from components.kinds.shape import shape_problems
from components.services.actions import RequestPolicies
from components.services.rules import Rule, Target, has_policies
from components.services.settings import RouteSettings, ServiceSettings
from components.services.virtual_service import header_changes, policies
from components.settings.problems import Path, Problem
from components.traffic.checks.http_headers import authority_problems, headers_problems
from components.traffic.checks.http_policies import (
    cors_problems,
    fault_problems,
    retries_problems,
    timeout_problems,
)
from components.traffic.checks.traffic_policy import traffic_policy_problems
from components.traffic.checks.values import percent_problems


def policy_problems(service: ServiceSettings, istio_version: str, path: Path) -> Iterator[Problem]:
    """Policies of the service, of its routes and of its versions."""
    yield from request_policy_problems(service, path)
    for index, route in enumerate(service.routes):
        yield from request_policy_problems(route, (*path, "routes", index))
        yield from _inherited_problems(service, route, (*path, "routes", index))
        yield from _authority_problems(service, route, (*path, "routes", index))
    policy = Node(service.traffic_policy, (*path, "trafficPolicy"))
    yield from connection_problems(policy, istio_version, namespace=service.namespace)
    for name, version in service.versions.items():
        own = Node(version.traffic_policy, (*path, "versions", name, "trafficPolicy"))
        yield from connection_problems(own, istio_version, namespace=service.namespace, above=policy)


def _inherited_problems(service: ServiceSettings, route: RouteSettings, path: Path) -> Iterator[Problem]:
    """One try of a route with more time than all of them, where one of the two limits is the service's."""
    if (route.timeout is None) == (route.retries is None):
        return
    whole, retries = route.timeout or service.timeout, route.retries or service.retries
    one_try = retries.per_try_timeout if retries else None
    longest, wanted = go_seconds(whole or ""), go_seconds(one_try or "")
    if longest is None or wanted is None or wanted <= longest:
        return
    if route.timeout:
        rule = f"'{whole}' is shorter than retries.perTryTimeout of the service, {one_try} (a rule of this project)"
        yield Problem((*path, "timeout"), rule, "Set it to that or more, or give the route retries of its own")
    else:
        rule = f"'{one_try}' is longer than the timeout of the service, {whole} (a rule of this project)"
        fix = f"Set {whole} or less, or give the route a longer timeout"
        yield Problem((*path, "retries", "perTryTimeout"), rule, fix)


def _authority_problems(service: ServiceSettings, route: RouteSettings, path: Path) -> Iterator[Problem]:
    """A host that a route rewrites and that its headers, or those of the service, set as well."""
    headers = route.headers or service.headers
    if route.rewrite and route.rewrite.authority and headers:
        written = {"headers": header_changes(headers), "rewrite": {"authority": route.rewrite.authority}}
        yield from authority_problems(Node(written, path))


def request_policy_problems(given: RequestPolicies, path: Path) -> Iterator[Problem]:
    """Timeout, retries, faults, mirrors, headers and CORS, as in a route of a VirtualService.

    That has the same names, but for percentages, which are messages with a `value` there.
    """
    for problem in _written_problems(given, path):
        own = problem.path[:-1] if problem.path[-2:] == ("percentage", "value") else problem.path
        yield replace(problem, path=own)


def _written_problems(given: RequestPolicies, path: Path) -> Iterator[Problem]:
    if not has_policies(given):
        return
    written = policies(given, Rule(name="", targets=(Target(service=""),)), lambda _target: {})
    node = Node(written, path)
    yield from timeout_problems(node)
    if node.has("retries"):
        yield from retries_problems(node.at("retries"))
    yield from fault_problems(node.at("fault"))
    for mirror in node.at("mirrors"):
        yield from percent_problems(mirror.at("percentage"))
    yield from headers_problems(node.at("headers"))
    yield from authority_problems(node)
    if node.has("corsPolicy"):
        yield from cors_problems(node.at("corsPolicy"))


def connection_problems(
    policy: Node, istio_version: str, *, namespace: str, above: Node | None = None
) -> Iterator[Problem]:
    """A TrafficPolicy in Istio's own words: its shape, and of what it means that which is certain in this shape."""
    if not policy.given:
        return
    wrong = list(shape_problems(policy, traffic_policy_shape(), istio_version))
    yield from wrong
    yield from certain_problems(traffic_policy_problems(policy, namespace=namespace, above=above), wrong, policy)


def traffic_policy_shape() -> Shape:
    """The shape of DestinationRule's `trafficPolicy`."""
    whole = shape_of_kind(kinds()["networking.istio.io", "DestinationRule"])
    return whole["properties"]["trafficPolicy"] if "properties" in whole else {}
