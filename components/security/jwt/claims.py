"""Checks of routes by claims: tokens have to be checked where the route is."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from components.gateways.settings import GatewaySettings
from components.gateways.values import selector_label
from components.kinds.node import Node
from components.services.checks.routes import one_word_problems
from components.services.matching import RouteMatch
from components.services.request_matches import claim_path
from components.services.settings import ServiceSettings
from components.settings.api import Api
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_WORDS = ("exact", "prefix", "regex")


def claim_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Matches by claims that no gateway can answer, and claims that have no name.

    Source: istio.io/latest/docs/tasks/security/authentication/jwt-route, and analyzer IST0149.
    """
    for key, service in settings.services.items():
        for path, match in _matches(service, ("services", key)):
            if match.claims and service.api is Api.ISTIO:
                yield from _claims(match, path)
                yield from _checked(settings, service, path)


def _matches(service: ServiceSettings, path: Path) -> Iterator[tuple[Path, RouteMatch]]:
    for index, tester in enumerate(service.testers):
        yield (*path, "testers", index, "match", "claims"), tester.match
    for index, route in enumerate(service.routes):
        for number, match in enumerate(route.match):
            yield (*path, "routes", index, "match", number, "claims"), match


def _claims(match: RouteMatch, path: Path) -> Iterator[Problem]:
    for name, one in match.claims.items():
        here = (*path, name)
        if not all(part and not set("[]") & set(part) for part in claim_path(name)):
            fix = "Write 'group', or 'realm.roles' for the claim roles within realm"
            yield Problem(here, f"'{name}' is no name of a claim", fix)
        yield from one_word_problems(Node(one.model_dump(exclude_none=True), here), _WORDS)


def _checked(settings: MeshSettings, service: ServiceSettings, path: Path) -> Iterator[Problem]:
    if not service.exposure:
        rule = "only gateways know claims, and none exposes this service"
        yield Problem(path, rule, "Add `exposure`, or remove the claims")
    for name in dict.fromkeys(one.gateway for one in service.exposure):
        if name in settings.gateways and not _checks_tokens(settings, name, settings.gateways[name]):
            rule = f"'{name}' checks no tokens, so that no request has a claim there"
            yield Problem(path, rule, f"Add an entry to mesh.jwt with `gateways: [{name}]`")


def _checks_tokens(settings: MeshSettings, name: str, gateway: GatewaySettings) -> bool:
    if any(name in jwt.gateways for jwt in settings.jwt.values()):
        return True
    homes = (gateway.namespace, settings.control_plane.namespace)
    labels = {**gateway.labels, "app": name, "istio": selector_label(name)}
    given = [one for one in settings.resources if one.kind == "RequestAuthentication"]
    return any(one.metadata.namespace in homes and _selects(one.spec, labels) for one in given)


def _selects(spec: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    wanted = Node(spec, ()).at("selector", "matchLabels").value
    return not isinstance(wanted, Mapping) or cast("Mapping[str, str]", wanted).items() <= labels.items()
