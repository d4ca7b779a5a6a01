"""Checks of external authorizers."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.authorization.checks.sources import source_node
from components.security.authorization.checks.targets import condition_problems, target_problems
from components.security.authorization.coverage import covered, stage_of
from components.security.authorization.places import places
from components.security.authorization.providers import KINDS, provider_host, providers
from components.security.authorization.settings import AuthorizationSettings, ExternalAuthorization, Stage
from components.services.names import service_host
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import suggestion
from components.traffic.names import service_of

_ADDRESSES = ("ipBlocks", "remoteIpBlocks", "notIpBlocks", "notRemoteIpBlocks")
_KEYS = ("source.namespace", "source.serviceAccount", "source.principal", "request.auth.")


def external_problems(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Problem]:
    """Authorizers that nothing declares, that are asked about what they cannot be, or in a stage that there is not."""
    for name, one in authorization.external.items():
        path: Path = ("authorization", "external", name)
        yield from target_problems(settings, one, path, mesh=one.mesh)
        yield from condition_problems(settings, one, path)
        yield from _provider_problems(settings, one.provider, (*path, "provider"))
        yield from _identity_problems(one, path)
        yield from _stage_problems(settings, authorization, one, path)


def _provider_problems(settings: MeshSettings, name: str, path: Path) -> Iterator[Problem]:
    """Without the provider istiod denies all that the policy is for (getBadCustomDenyRules in authz/builder)."""
    known = providers(settings)
    if name not in known:
        meant = suggestion(name, known)
        rule = f"there is no '{name}' in meshConfig.extensionProviders, and Istio would deny every request instead"
        fix = "Add it there: `{name: …, envoyExtAuthzHttp: {service: …, port: …}}`"
        yield Problem(path, rule, f"Did you mean '{meant}'?" if meant else fix)
    elif not any(kind in known[name] for kind in KINDS):
        yield Problem(path, f"'{name}' is no external authorizer", f"Name one with {' or '.join(KINDS)}")
    else:
        yield from _denied(settings, provider_host(known[name]), path)


def _denied(settings: MeshSettings, host: str, path: Path) -> Iterator[Problem]:
    """An authorizer that nothing describes, where everybody is denied: it could not be asked."""
    place = service_of(host)
    described = host in [service_host(key, one) for key, one in settings.services.items()]
    if place and not described and covered(settings, place[0]):
        rule = f"'{host}' is in a namespace in which everybody is denied by default, so that nobody could ask it"
        yield Problem(path, rule, f"Describe it in `services`; who asks it may call it then: `{place[1]}: {{…}}`")


def _identity_problems(one: ExternalAuthorization, path: Path) -> Iterator[Problem]:
    """CUSTOM comes before identities and tokens are known (ValidateAuthorizationPolicy of Istio)."""
    fix = "Let the authorizer decide, which is told, or use `authorization.rules`"
    for index, source in enumerate(one.from_):
        node = source_node(source, (*path, "from", index))
        for field in node.keys:
            if node.at(field).items and field not in _ADDRESSES:
                yield node.at(field).problem("cannot be a condition for an external authorizer; addresses can", fix)
    when = Node([condition.key for condition in one.when], (*path, "when"))
    for index, key in enumerate(when):
        if (key.text or "").startswith(_KEYS):
            place = (*path, "when", index, "key")
            yield Problem(place, f"'{key.text}' cannot be a condition for an external authorizer", fix)


def _stage_problems(
    settings: MeshSettings, authorization: AuthorizationSettings, one: ExternalAuthorization, path: Path
) -> Iterator[Problem]:
    stages = {stage_of(authorization, place.namespace) for place in places(settings, "", one, mesh=one.mesh)}
    if one.stage is Stage.AUDIT:
        yield Problem((*path, "stage"), "Istio cannot try an external authorizer", "Remove the whole entry, or `stage`")
    elif one.stage is None and Stage.AUDIT in stages:
        rule = "would take effect although the stage is audit, because Istio cannot try an external authorizer"
        yield Problem(path, rule, "Add `stage: enforce`, if that is meant, or wait with it")
