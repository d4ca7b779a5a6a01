"""Which part of a gateway's hosts belongs to which service."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from components.gateways.hosts import hosts_match
from components.services.intersection import both, segments
from components.services.matching import PathMatch, RouteMatch
from components.services.ports import port_of
from components.services.rules import Rule, service_rules
from components.services.settings import ServiceProtocol, ServiceSettings
from components.settings.api import Api

_LONGEST_NAME = 63


@dataclass(frozen=True, kw_only=True)
class Share:
    """A path of a host that belongs to a service; None for all that is left of the host."""

    service: str
    path: PathMatch | None
    port: int | None = None
    """The port of the service, where it is not its first one."""

    def protocol(self, services: Mapping[str, ServiceSettings]) -> ServiceProtocol:
        """What is spoken there."""
        return port_of(services[self.service], self.port).protocol


@dataclass(frozen=True, kw_only=True)
class ExposedHosts:
    """Hosts of one gateway that are shared in the same way by the same services."""

    gateway: str
    hosts: tuple[str, ...]
    shares: tuple[Share, ...]
    """The most specific path first: exact ones, then prefixes, longer ones first."""

    @property
    def name(self) -> str:
        """A name for the object that routes them, unique for the gateway."""
        return exposure_name(self.gateway, self.hosts[0])


def exposure_name(prefix: str, host: str) -> str:
    """The name of an object that routes a host: another one for every host, and the same wherever the host stands."""
    name = f"{prefix}-{host.replace('*', 'any')}"
    if len(name) <= _LONGEST_NAME and not host.startswith("*."):
        return name
    mark = hashlib.sha256(f"{prefix}-{host}".encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - len(mark) - 1].rstrip('-.')}-{mark}"


def exposed_hosts(services: Mapping[str, ServiceSettings]) -> list[ExposedHosts]:
    """What VirtualServices have to route on gateways, each host once.

    Two VirtualServices for one host would be merged in an order that nobody chooses (IST0109 and the note on merging
    at istio.io/latest/docs/ops/best-practices/traffic-management), so all services of a host go into one.
    """
    shares: dict[tuple[str, str], list[Share]] = {}
    for key, service in services.items():
        if service.api is not Api.ISTIO:
            continue
        for exposure in service.exposure:
            paths: tuple[PathMatch | None, ...] = exposure.paths or (None,)
            for host in exposure.hosts:
                own = [Share(service=key, path=path, port=exposure.port) for path in paths]
                shares.setdefault((exposure.gateway, host), []).extend(own)
    groups: dict[tuple[str, tuple[Share, ...]], list[str]] = {}
    for (gateway, host), own in shares.items():
        ordered = tuple(sorted(own, key=lambda one: _order(one.path), reverse=True))
        groups.setdefault((gateway, ordered), []).append(host)
    return [
        ExposedHosts(gateway=gateway, hosts=tuple(apart), shares=own)
        for (gateway, own), hosts in groups.items()
        for apart in _apart(hosts)
    ]


def _apart(hosts: list[str]) -> list[list[str]]:
    """The hosts in lists within which none overlaps with another, as Istio wants it of a VirtualService.

    Source: validateVirtualService in pkg/config/validation/validation.go of Istio.
    """
    lists: list[list[str]] = []
    for host in hosts:
        fitting = next((one for one in lists if not any(hosts_match(host, other) for other in one)), None)
        if fitting is None:
            lists.append([host])
        else:
            fitting.append(host)
    return lists


def exposed_rules(exposed: ExposedHosts, services: Mapping[str, ServiceSettings]) -> list[Rule]:
    """The rules of all HTTP services that share the hosts, each within its own part of them.

    Raises:
        InexpressibleError: a route and the path of an exposure cannot be combined.
    """
    several = len({share.service for share in exposed.shares}) > 1
    return [
        replace(rule, name=f"{share.service}-{rule.name}") if several else rule
        for share in exposed.shares
        if share.protocol(services).http
        for rule in share_rules(share, services[share.service])
    ]


def share_rules(share: Share, service: ServiceSettings) -> Iterator[Rule]:
    """The rules of one service within its share of a host; those that can match nothing there are left out.

    Raises:
        InexpressibleError: a route and the path of the share cannot be combined.
    """
    for rule in service_rules(share.service, service):
        matches = tuple(_within(rule, share.path))
        if matches or not (rule.matches or share.path):
            yield at_port(replace(rule, matches=matches), share)
        if share.path and RouteMatch(path=share.path) in matches:
            return  # It takes all that is left of the share.


def at_port(rule: Rule, share: Share) -> Rule:
    """A rule that leads to the port of a share, as far as it leads to its service."""
    if share.port is None:
        return rule
    own = [replace(one, port=share.port) if one.service == share.service else one for one in rule.targets]
    return replace(rule, targets=tuple(own))


def _within(rule: Rule, path: PathMatch | None) -> Iterator[RouteMatch]:
    """The matches of a rule for requests from a gateway, where no pod of the mesh is the caller."""
    outside = [one for one in rule.matches if not (one.source_labels or one.source_namespace)]
    if path is None:
        yield from outside
        return
    for match in outside if rule.matches else [RouteMatch()]:
        common = both(match, RouteMatch(path=path, ignore_uri_case=match.ignore_uri_case))
        if common is not None:
            yield common


def _order(path: PathMatch | None) -> tuple[int, int]:
    if path is None:
        return 0, 0
    if path.exact is not None:
        return 3, len(path.exact)
    return (2, len(segments(path.prefix))) if path.prefix is not None else (1, len(path.regex or ""))
