"""Which certificates the gateways of a mesh refer to."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.gateways.settings import GatewaySettings
from components.settings.mesh import MeshSettings
from components.tls.settings import ExistingTls, TlsSettings


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One certificate in one namespace."""

    name: str
    """The name of the entry in mesh.tls."""
    namespace: str
    hosts: tuple[str, ...]
    """The hosts that gateways of the namespace serve with it, '*' left out."""


def secret_names(settings: MeshSettings) -> dict[str, str]:
    """The name of the Secret of each entry of mesh.tls."""
    return {name: secret_name(name, entry) for name, entry in settings.tls.items()}


def secret_name(name: str, entry: TlsSettings) -> str:
    """The name of the Secret of one entry: its own, unless the Secret is somebody else's."""
    return entry.secret_name if isinstance(entry, ExistingTls) else name


def placements(settings: MeshSettings) -> list[Placement]:
    """Where each certificate is needed: in the namespace of every gateway that refers to it, once."""
    found: dict[tuple[str, str], list[str]] = {}
    for gateway in settings.gateways.values():
        for name, host in _served(gateway):
            hosts = found.setdefault((name, gateway.namespace), [])
            if host != "*" and host not in hosts:
                hosts.append(host)
    return [Placement(name=name, namespace=space, hosts=tuple(hosts)) for (name, space), hosts in found.items()]


def hosts_of(settings: MeshSettings, name: str) -> list[str]:
    """The hosts that any gateway serves with the certificate `name`, '*' left out."""
    return list(dict.fromkeys(host for one in placements(settings) if one.name == name for host in one.hosts))


def covered(host: str, names: list[str]) -> bool:
    """Whether a certificate for `names` is good for `host`: by name, or by a '*' for the first label (RFC 6125)."""
    return host in names or f"*.{host.partition('.')[2]}" in names


def _served(gateway: GatewaySettings) -> Iterator[tuple[str, str]]:
    for server in gateway.servers:
        if server.tls and server.tls.credential:
            for host in server.hosts:
                yield server.tls.credential, host
