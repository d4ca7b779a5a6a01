"""Checks of where a route sends traffic to.

Source: validateDestination, validateHTTPRouteDestinations, validateRouteDestinations and validateHTTPMirrors in
pkg/config/validation/validation.go.
"""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.http_headers import headers_problems
from components.traffic.checks.values import host_problems, is_dns_label, percent_problems, port_problems

_WHOLE = 100
"""What the weights of a route add up to."""
OLD_MIRROR_PERCENT = ("mirrorPercent", "mirror_percent")
"""Both ways in which Istio's CRD writes the field that came before mirrorPercentage."""


def destination_problems(destination: Node) -> Iterator[Problem]:
    """A Destination: a host, the name of a subset, a port."""
    yield from host_problems(destination.at("host"), wildcard=True)
    subset = destination.at("subset")
    if subset.text and not is_dns_label(subset.text):
        yield subset.problem(
            f"{shown(subset.text)} is no name of a subset: letters, digits and '-', at most 63", "For example: 'v1'"
        )
    if destination.has("port"):
        number = destination.at("port", "number")
        if number.given:
            yield from port_problems(number)
        else:
            yield destination.at("port").problem("has no number", "Add `number`, or remove port")


def route_destinations_problems(destinations: Node) -> Iterator[Problem]:
    """The entries of a `route`: where to, with which headers, and with which weights."""
    for one in destinations:
        yield from destination_problems(one.at("destination"))
        yield from headers_problems(one.at("headers"))
    yield from weights_problems(destinations)


def weights_problems(destinations: Node) -> Iterator[Problem]:
    """Weights that are not negative, not all 0, and 100 together.

    Istio takes them relative to their sum; that they have to be 100 together is a rule of this project, because 90 and
    20 is more often a mistake than meant.
    """
    weights = [one.at("weight") for one in destinations]
    negative = [one for one in weights if (one.whole or 0) < 0]
    for one in negative:
        yield one.problem(f"{one.whole} is negative", f"Set a weight from 0 to {_WHOLE}")
    total = sum(one.whole or 0 for one in weights)
    if negative or not any(one.given for one in weights):
        if not negative and len(weights) > 1:
            yield destinations.problem(
                f"{len(weights)} destinations without a weight, so that none would get requests",
                f"Give each a weight; together they have to be {_WHOLE}",
            )
    elif total != _WHOLE:
        rule = "" if total == 0 and len(weights) > 1 else " (a rule of this project)"
        yield destinations.problem(
            f"the weights are {total} together, where {_WHOLE} is expected{rule}", f"Make them {_WHOLE}"
        )


def mirrors_problems(route: Node) -> Iterator[Problem]:
    """`mirror` with its percentage, or `mirrors`, not both."""
    yield from destination_problems(route.at("mirror"))
    yield from percent_problems(route.at("mirrorPercentage"))
    for field in OLD_MIRROR_PERCENT:
        yield from whole_percent_problems(route.at(field))
    for one in route.at("mirrors"):
        yield from destination_problems(one.at("destination"))
        yield from percent_problems(one.at("percentage"))
    if route.has("mirror") and route.at("mirrors").items:
        yield route.at("mirrors").problem("cannot stand beside 'mirror'", "Move 'mirror' into 'mirrors'")
    for field in ("mirrorPercentage", *OLD_MIRROR_PERCENT):
        if route.has(field) and not route.has("mirror"):
            yield route.at(field).problem(
                "has no effect without 'mirror' (a rule of this project)",
                "Add 'mirror', or use 'percentage' within 'mirrors'",
            )


def whole_percent_problems(node: Node, *, own: bool = False) -> Iterator[Problem]:
    """A percentage as a whole number, 0 to 100; with `own` where Istio does not look at it.

    Source: validateHTTPRoute in pkg/config/validation/virtualservice.go.
    """
    if node.whole is not None and not 0 <= node.whole <= _WHOLE:
        note = " (a rule of this project)" if own else ""
        yield node.problem(f"{node.whole} is no percentage{note}", f"Set one from 0 to {_WHOLE}")
