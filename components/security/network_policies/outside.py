"""What network policies let through to external services."""

from collections.abc import Iterable
from ipaddress import ip_address

from components.security.network_policies.peers import Rule, ranges, tcp
from components.settings.later import imported_when_used

with imported_when_used():
    from components.services.externals import ExternalSettings, Resolution


def outside_ports(external: ExternalSettings) -> list[int]:
    """The ports at the addresses of an external service, sorted."""
    begun = external.tls_origination
    found = {port.target_port or port.port for port in external.ports if not (begun and begun.port == port.port)}
    return sorted(found | ({begun.target_port} if begun else set()))


def outside_rules(externals: Iterable[ExternalSettings]) -> list[Rule]:
    """A rule for each external service: its addresses where they are given, else every address, on its ports.

    A NetworkPolicy knows no names, so that a service found by DNS opens its ports towards everybody.
    """
    found: list[Rule] = []
    for external in externals:
        addresses = [_range(one) for one in external.endpoints] if external.resolution is Resolution.STATIC else []
        rule: Rule = {"ports": tcp(*outside_ports(external))}
        if addresses and all(addresses):
            rule = {"to": ranges(one for one in addresses if one), **rule}
        if rule not in found:
            found.append(rule)
    return found


def _range(text: str) -> str | None:
    """One address as a range; None for what is no address, such as the name of a host."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return f"{address}/{address.max_prefixlen}"
