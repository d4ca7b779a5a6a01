"""Checks of external authorizers."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.authorization.checks.sources import source_node
from components.security.authorization.checks.targets import condition_problems, target_problems
from components.security.authorization.coverage import stage_of
from components.security.authorization.places import places
from components.security.authorization.settings import AuthorizationSettings, ExternalAuthorization, Stage
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import suggestion

_KINDS = ("envoyExtAuthzHttp", "envoyExtAuthzGrpc")
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
    providers = {str(one.get("name")): one for one in settings.mesh_config.extension_providers or ()}
    if name not in providers:
        meant = suggestion(name, providers)
        rule = f"there is no '{name}' in meshConfig.extensionProviders, and Istio would deny every request instead"
        fix = "Add it there: `{name: …, envoyExtAuthzHttp: {service: …, port: …}}`"
        yield Problem(path, rule, f"Did you mean '{meant}'?" if meant else fix)
    elif not any(kind in providers[name] for kind in _KINDS):
        yield Problem(path, f"'{name}' is no external authorizer", f"Name one with {' or '.join(_KINDS)}")


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
