"""What a service's routes mean: an ordered list of rules, before they are written in one API or the other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

from components.services.actions import (
    DelegateSettings,
    DirectResponseSettings,
    RedirectSettings,
    RequestPolicies,
    RewriteSettings,
)
from components.services.identity import Same
from components.services.intersection import is_for_everything
from components.services.matching import RouteMatch
from components.services.settings import RouteSettings, ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Target:
    """A service, or one version of it, and its share of the requests in percent; None when it is the only one."""

    service: str
    """The key in `services`."""
    version: str | None = None
    weight: int | None = None
    port: int | None = None
    """The port of the service, where it is not its first one."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Requests that match one of `matches`, and what happens to them. Without matches it is for all that are left."""

    name: str
    matches: tuple[RouteMatch, ...] = ()
    targets: tuple[Target, ...] = ()
    redirect: RedirectSettings | None = None
    direct_response: DirectResponseSettings | None = None
    delegate: DelegateSettings | None = None
    rewrite: RewriteSettings | None = None
    policies: RequestPolicies = field(default_factory=RequestPolicies)


TESTERS = "testers"
"""How the names of the rules for testers begin."""
_POLICIES: Callable[[RequestPolicies], tuple[object, ...]] = attrgetter(*RequestPolicies.model_fields)
"""All policies at once: a stack has thousands of routes."""

DEFAULT = "default"
"""The name of the rule for all that no route is for."""


def service_rules(key: str, service: ServiceSettings) -> list[Rule]:
    """The rules of a service in the order in which they are tried: testers, routes, and the rest by weight.

    Where one of them takes every request there is no rest, and no rule that would never be reached.
    """
    return list(_rules(key, Same(service)))


@lru_cache(maxsize=4096)  # Checks, routes and Sidecars ask for the same ones, half a dozen times each.
def _rules(key: str, same: Same[ServiceSettings]) -> tuple[Rule, ...]:
    (service,) = same.values
    own = _own_policies(service)
    testers = [
        Rule(
            name=f"{TESTERS}-{index}",
            matches=(tester.match,),
            targets=(Target(service=key, version=tester.version),),
            policies=own,
        )
        for index, tester in enumerate(service.testers)
    ]
    routes = [_route_rule(key, route, service) for route in service.routes]
    rest = Rule(name=DEFAULT, targets=tuple(_split(key, service.weights)), policies=own)
    given = (*testers, *routes)
    return given if any(map(_takes_everything, given)) else (*given, rest)


def goes_by_weights(route: RouteSettings) -> bool:
    """Whether a route says nothing about where its requests go, so that the weights of its service do."""
    said = (route.destinations, route.version, route.weights, route.redirect, route.direct_response, route.delegate)
    return not any(said)


def says_something(service: ServiceSettings) -> bool:
    """Whether a service's routes differ from what the mesh does anyway."""
    return bool(service.testers or service.routes or service.weights) or has_policies(service)


def has_policies(given: RequestPolicies) -> bool:
    """Whether any policy is given. A service or a route has fields of its own besides, which are not looked at."""
    return any(value is not None for value in _POLICIES(given))


def _takes_everything(rule: Rule) -> bool:
    """Whether nothing is left behind a rule; one that delegates takes only what its delegate takes."""
    return rule.delegate is None and any(map(is_for_everything, rule.matches))


def _route_rule(key: str, route: RouteSettings, service: ServiceSettings) -> Rule:
    answered = route.redirect or route.direct_response or route.delegate
    return Rule(
        name=route.name,
        matches=route.match,
        targets=() if answered else tuple(_targets(key, route, service)),
        redirect=route.redirect,
        direct_response=route.direct_response,
        delegate=route.delegate,
        rewrite=route.rewrite,
        # A redirect or an answer of the gateway's own has no service whose timeout or retries could apply.
        policies=RequestPolicies() if answered else _merged(_own_policies(service), route),
    )


def _targets(key: str, route: RouteSettings, service: ServiceSettings) -> Iterator[Target]:
    """Where a route leads: where it does not say, by the weights of its service, which hold for every path then."""
    if route.destinations:
        for one in route.destinations:
            yield Target(service=one.service or key, version=one.version, weight=one.weight)
    elif route.version:
        yield Target(service=key, version=route.version)
    else:
        yield from _split(key, route.weights or service.weights)


def _split(key: str, weights: Mapping[str, int] | None) -> Iterator[Target]:
    if not weights:
        yield Target(service=key)
        return
    for version, weight in weights.items():
        yield Target(service=key, version=version, weight=weight)


def _own_policies(service: ServiceSettings) -> RequestPolicies:
    return _built(_POLICIES(service))


def _merged(own: RequestPolicies, route: RequestPolicies) -> RequestPolicies:
    """The policies of a route, with those of its service where it says nothing."""
    if not has_policies(route):
        return own
    pairs = zip(_POLICIES(own), _POLICIES(route), strict=True)
    return _built(inherited if value is None else value for inherited, value in pairs)


def _built(values: Iterable[object]) -> RequestPolicies:
    fields: dict[str, Any] = dict(zip(RequestPolicies.model_fields, values, strict=True))
    return RequestPolicies(**fields)
