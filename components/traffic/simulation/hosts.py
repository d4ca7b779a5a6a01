"""Names of hosts: how istiod compares them, and how Envoy chooses among them."""

import ipaddress
from collections.abc import Iterable, Sequence

from components.gateways.hosts import is_part_of
from components.services.names import CLUSTER_DOMAIN

MESH = "mesh"
"""The gateway of a VirtualService that stands for all sidecars."""


def qualified(host: str, namespace: str) -> str:
    """The full name of a host of a resource in `namespace`, in lower case.

    Source: ResolveShortnameToFQDN in pilot/pkg/model/config.go of Istio 1.29.
    """
    if not host or "." in host or host == "*" or _is_address(host):
        return host.lower()
    return f"{host}.{namespace}.svc.{CLUSTER_DOMAIN}".lower()


def gateway_name(name: str, namespace: str) -> str:
    """NAMESPACE/NAME of a gateway to which a VirtualService in `namespace` is bound; 'mesh' stays.

    Source: resolveGatewayName in pilot/pkg/model/config.go of Istio 1.29.
    """
    if name == MESH:
        return name
    if "/" in name:
        place, _, own = name.partition("/")
        return f"{namespace if place == '.' else place}/{own}"
    own, _, rest = name.partition(".")
    return f"{rest.partition('.')[0]}/{own}" if rest else f"{namespace}/{name}"


def intersection(served: Iterable[str], routed: Sequence[str]) -> list[str]:
    """The hosts of routes within those of a server, the narrower one of each pair (pkg/config/host/names.go)."""
    found: list[str] = []
    for ours in served:
        for theirs in routed:
            if is_part_of(ours, theirs):
                found.append(ours)
            elif is_part_of(theirs, ours):
                found.append(theirs)
    return list(dict.fromkeys(one.lower() for one in found))


def hosts_for(namespace: str, hosts: Iterable[str]) -> list[str]:
    """The hosts of a server, given as [NAMESPACE/]HOST, to which routes of `namespace` may be bound."""
    found: list[str] = []
    for host in hosts:
        place, slash, name = host.partition("/")
        if not slash or place in (namespace, "*"):
            found.append(name if slash else host)
    return found


def best_domain(host: str, domains: Iterable[str]) -> str | None:
    """The domain by which Envoy takes a request: the name itself, else the longest wildcard, else '*'.

    A wildcard stands for at least one character. Source: VirtualHost.domains of Envoy's route configuration.
    """
    known = list(domains)
    if host in known:
        return host
    wild = [one for one in known if one != "*" and one.startswith("*") and host.endswith(one[1:])]
    longest = max((one for one in wild if len(host) >= len(one)), key=len, default=None)
    return longest or ("*" if "*" in known else None)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
