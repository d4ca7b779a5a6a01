"""Who may call a service: what `calls`, `callers` and `exposure` come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.samples.bookinfo.catalog import bookinfo_routes
from components.security.authorization.identities import gateway_principal, service_principal
from components.security.authorization.providers import askers
from components.security.authorization.rules import Rule, Source, claim_conditions, operation, rule, source
from components.services.names import service_name
from components.services.sidecar import reached
from components.settings.mesh import MeshSettings


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Somebody who may call a service, and what of it."""

    source: Source
    """Empty for everybody."""
    operation: Mapping[str, object] = field(default_factory=dict[str, object])
    """An Operation of an AuthorizationPolicy; empty for everything."""
    when: tuple[Mapping[str, object], ...] = ()


def grants(settings: MeshSettings) -> dict[str, list[Grant]]:
    """Who may call each entry of `services`.

    A call to a service that routes requests on ends at another one's pods, for routes are applied by the caller's
    proxy: so the caller may do there what it may do here. A gateway may do everything with what it exposes, and an
    external authorizer is called by whoever has to ask it.
    """
    found: dict[str, list[Grant]] = {key: [] for key in settings.services}
    ends = {key: reached(key, settings.services) for key in settings.services}
    for caller, service in settings.services.items():
        own = {"principals": [service_principal(settings, caller)]}
        for call in service.calls or ():
            callee, what = (call, {}) if isinstance(call, str) else (call.service, operation(call))
            for end in ends.get(callee, ()):
                found[end].append(Grant(source=own, operation=what))
    for key, gateway in _exposures(settings):
        for end in ends[key]:
            found[end].append(Grant(source={"principals": [gateway_principal(settings, gateway)]}))
    for key, who in askers(settings):
        found[key].append(Grant(source=who))
    for key, service in settings.services.items():
        for one in service.callers or ():
            who = source(settings, one, service.namespace)
            found[key].append(Grant(source=who, operation=operation(one), when=tuple(claim_conditions(one.claims))))
    return found


def grant_rules(given: list[Grant]) -> list[Rule]:
    """Rules for grants, those for the same operation together; each identity stands in a rule once."""
    groups: list[tuple[Grant, list[str]]] = []
    for one in given:
        names = _identities(one)
        joined = next((own for first, own in groups if own and names and _alike(first, one)), None)
        if joined is None:
            groups.append((one, names))
        else:
            joined += [name for name in names if name not in joined]
    return [
        rule([{"principals": sorted(names)} if names else dict(first.source)], [dict(first.operation)], first.when)
        for first, names in groups
    ]


def _alike(one: Grant, other: Grant) -> bool:
    return one.operation == other.operation and one.when == other.when


def _identities(one: Grant) -> list[str]:
    """The principals of a grant that says nothing else about who; empty for others, which stand for themselves."""
    return [*one.source["principals"]] if list(one.source) == ["principals"] else []


def _exposures(settings: MeshSettings) -> Iterator[tuple[str, str]]:
    """The entries of `services` that gateways reach, each with its gateway; Bookinfo's page by its own route too."""
    for key, service in settings.services.items():
        for gateway in dict.fromkeys(one.gateway for one in service.exposure):
            if gateway in settings.gateways:
                yield key, gateway
    sample = settings.samples.bookinfo
    if sample and sample.gateway in settings.gateways:
        page = bookinfo_routes()["ingress"]["http"][0]["route"][0]["destination"]["host"]
        for key, service in settings.services.items():
            if (service.namespace, service_name(key, service)) == (sample.namespace, str(page).partition(".")[0]):
                yield key, sample.gateway
