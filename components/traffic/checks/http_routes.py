"""Checks of one HTTP route: what it may have side by side, and its parts.

Source: validateHTTPRoute and validateHTTPRouteConflict in pkg/config/validation/virtualservice.go.
"""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.destinations import mirrors_problems, route_destinations_problems
from components.traffic.checks.http_headers import authority_problems, headers_problems
from components.traffic.checks.http_match import match_problems
from components.traffic.checks.http_policies import cors_problems, fault_problems, retries_problems, timeout_problems
from components.traffic.checks.http_responses import direct_response_problems, redirect_problems, rewrite_problems


def http_route_problems(route: Node, *, delegate: bool = False) -> Iterator[Problem]:
    """An HTTPRoute; with `delegate` one of a VirtualService without hosts, to which others delegate."""
    yield from action_problems(route, delegate=delegate)
    for match in route.at("match"):
        yield from match_problems(match)
    yield from headers_problems(route.at("headers"))
    yield from cors_problems(route.at("corsPolicy"))
    yield from fault_problems(route.at("fault"))
    yield from mirrors_problems(route)
    yield from redirect_problems(route.at("redirect"))
    yield from direct_response_problems(route.at("directResponse"))
    yield from retries_problems(route.at("retries"))
    yield from rewrite_problems(route.at("rewrite"))
    yield from authority_problems(route)
    yield from route_destinations_problems(route.at("route"))
    yield from timeout_problems(route)


def action_problems(route: Node, *, delegate: bool = False) -> Iterator[Problem]:
    """A route does one thing: it sends on, redirects, answers, or leaves it to another VirtualService."""
    if route.has("delegate"):
        yield from _delegate_problems(route, delegate=delegate)
        return
    if route.has("redirect"):
        yield from _beside(route, "redirect", ("route", "fault", "rewrite", "directResponse"))
    elif route.has("directResponse"):
        yield from _beside(route, "directResponse", ("route", "fault", "rewrite"))
    elif not route.at("route").items:
        yield route.problem(
            "does nothing with a request", "Add route, redirect or directResponse, or a delegate that says it"
        )


def _beside(route: Node, action: str, others: tuple[str, ...]) -> Iterator[Problem]:
    for field in others:
        if route.at(field).items or (field != "route" and route.has(field)):
            yield route.at(field).problem(f"cannot stand beside '{action}'", f"Keep one of {action} and {field}")


def _delegate_problems(route: Node, *, delegate: bool) -> Iterator[Problem]:
    here = route.at("delegate")
    if delegate:
        yield here.problem(
            "a VirtualService without hosts is delegated to, and cannot delegate itself",
            "Remove delegate, or add hosts",
        )
    if not here.at("name").text:
        yield here.problem("does not name a VirtualService (a rule of this project)", "Add its name")
    for field in ("route", "redirect"):
        if route.has(field):
            yield route.at(field).problem("cannot stand beside 'delegate'", f"Keep one of delegate and {field}")
