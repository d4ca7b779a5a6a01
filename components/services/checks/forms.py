"""Checks of services with `api: gateway`: paths, headers and parameters in the forms that an HTTPRoute takes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from components.kinds.node import Node
from components.services.actions import RequestPolicies
from components.services.matching import PathMatch, RouteMatch
from components.services.settings import ServiceSettings
from components.settings.api import Api
from components.settings.problems import Path, Problem
from components.settings.wording import shown
from components.traffic.checks.gateway_api.http_route import path_match_problems
from components.traffic.checks.values import is_header_name

_FIX = "Choose another one, or set `api: istio`"


def form_problems(service: ServiceSettings, path: Path) -> Iterator[Problem]:
    """Texts that Istio takes and the Gateway API does not, by the rules of HTTPRoute's CRD."""
    if service.api is not Api.GATEWAY:
        return
    yield from _change_problems(service, path)
    for index, tester in enumerate(service.testers):
        yield from _match_problems(tester.match, (*path, "testers", index, "match"))
    for index, route in enumerate(service.routes):
        yield from _change_problems(route, (*path, "routes", index))
        for number, match in enumerate(route.match):
            yield from _match_problems(match, (*path, "routes", index, "match", number))
    for index, exposure in enumerate(service.exposure):
        for number, part in enumerate(exposure.paths or ()):
            yield from _path_problems(part, (*path, "exposure", index, "paths", number))


def _change_problems(given: RequestPolicies, path: Path) -> Iterator[Problem]:
    if given.headers is None:
        return
    for side, changes in (("request", given.headers.request), ("response", given.headers.response)):
        for word, values in (("set", changes.set), ("add", changes.add)):
            yield from _named_problems(values, (*path, "headers", side, word))


def _match_problems(match: RouteMatch, path: Path) -> Iterator[Problem]:
    if match.path:
        yield from _path_problems(match.path, (*path, "path"))
    yield from _named_problems({name: one.exact for name, one in match.headers.items()}, (*path, "headers"))
    yield from _named_problems({name: one.exact for name, one in match.query_params.items()}, (*path, "queryParams"))


def _named_problems(values: Mapping[str, str | None], path: Path) -> Iterator[Problem]:
    for name, value in values.items():
        if not is_header_name(name):
            yield Problem((*path, name), f"{shown(name)} is no name that an HTTPRoute takes", _FIX)
        if value == "":
            yield Problem((*path, name), "an HTTPRoute takes no empty value", _FIX)


def _path_problems(given: PathMatch, path: Path) -> Iterator[Problem]:
    for word, kind in (("exact", "Exact"), ("prefix", "PathPrefix")):
        text = getattr(given, word)
        if text is not None:
            for one in path_match_problems(Node({"type": kind, "value": text}, path)):
                yield replace(one, path=(*path, word))
