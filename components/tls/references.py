"""Which certificates the gateways of a mesh refer to, by their servers or by Gateways of `resources`."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.gateways.values import pod_labels
from components.kinds.node import Node
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings

with imported_when_used():
    from components.tls.settings import ExistingTls, TlsSettings

Shown = tuple[str, str, str]
"""The name of an entry of mesh.tls, a namespace in which it is shown, and a host for which it is."""


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
    for name, namespace, host in [*_of_servers(settings), *_of_resources(settings)]:
        hosts = found.setdefault((name, namespace), [])
        if host != "*" and host not in hosts:
            hosts.append(host)
    return [Placement(name=name, namespace=space, hosts=tuple(hosts)) for (name, space), hosts in found.items()]


def hosts_of(settings: MeshSettings, name: str) -> list[str]:
    """The hosts that any gateway serves with the certificate `name`, '*' left out."""
    return list(dict.fromkeys(host for one in placements(settings) if one.name == name for host in one.hosts))


def covered(host: str, names: list[str]) -> bool:
    """Whether a certificate for `names` is good for `host`: by name, or by a '*' for the first label (RFC 6125)."""
    return host in names or f"*.{host.partition('.')[2]}" in names


def _of_servers(settings: MeshSettings) -> Iterator[Shown]:
    for gateway in settings.gateways.values():
        for server in gateway.servers:
            if server.tls and server.tls.credential:
                yield from ((server.tls.credential, gateway.namespace, host) for host in server.hosts)


def _of_resources(settings: MeshSettings) -> Iterator[Shown]:
    """What Gateways of `resources` show of mesh.tls: they name the Secret, not the entry."""
    entries = {secret: name for name, secret in secret_names(settings).items()}
    for entry in settings.resources if entries else ():
        if entry.kind == "Gateway":
            spec, namespace = Node(entry.spec, ()), entry.metadata.namespace or ""
            of_istio = entry.api_version.startswith("networking.istio.io/")
            shown = _of_istio(settings, spec) if of_istio else _of_gateway_api(spec, namespace)
            yield from ((entries[secret], home, host) for secret, home, host in shown if secret in entries)


def _of_istio(settings: MeshSettings, spec: Node) -> Iterator[Shown]:
    """Istio looks for the Secret in the namespace of the pods that the Gateway selects."""
    wanted = {(key, one.text) for key, one in spec.at("selector").entries}
    homes = [one.namespace for name, one in settings.gateways.items() if wanted <= {*pod_labels(name, one).items()}]
    for server in spec.at("servers"):
        named = {server.at("tls", "credentialName").text or "", *server.at("tls", "credentialNames").texts}
        hosts = [host.rpartition("/")[2] for host in server.at("hosts").texts]
        yield from ((secret, home, host) for secret in sorted(named) for home in homes for host in hosts)


def _of_gateway_api(spec: Node, namespace: str) -> Iterator[Shown]:
    """The Gateway API names the Secret's namespace, which is the Gateway's own when left out."""
    for listener in spec.at("listeners"):
        for reference in listener.at("tls", "certificateRefs"):
            if (reference.at("kind").text or "Secret") == "Secret":
                home = reference.at("namespace").text or namespace
                yield reference.at("name").text or "", home, listener.at("hostname").text or "*"
