"""Gateways of the Gateway API, in front of the pods of a Helm release."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.gateways.reasons import gateway_annotations
from components.gateways.servers import Protocol, ServerSettings, TlsMode
from components.gateways.settings import GatewaySettings
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.services.names import cluster_host

_PROTOCOLS = {Protocol.HTTP2: "HTTP", Protocol.GRPC: "HTTP"}
"""Where the Gateway API has another word than Istio."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One listener: a server for one of its hosts."""

    name: str
    server: ServerSettings
    host: str

    @property
    def redirects(self) -> bool:
        """Whether every request is sent to https."""
        return bool(self.server.tls and self.server.tls.https_redirect)


def listeners(gateway: GatewaySettings) -> list[Listener]:
    """A listener for each host of each server, because a listener has one host only."""
    found: list[Listener] = []
    for index, server in enumerate(gateway.servers):
        stem = f"{server.protocol.value.lower()}-{server.port}"
        for number, host in enumerate(server.hosts):
            found.append(Listener(name=f"{stem}-{index}-{number}", server=server, host=host))
    return found


def gateway_api_manifest(name: str, gateway: GatewaySettings, secret_names: Mapping[str, str]) -> Manifest:
    """The Gateway `name` for the pods of the release of that name.

    An address of type Hostname binds it to a Service that is there already, so that Istio deploys nothing
    (istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api, manual deployment).
    """
    address = {"type": "Hostname", "value": cluster_host(name, gateway.namespace)}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {
            "name": name,
            "namespace": gateway.namespace,
            "labels": COMMON_LABELS,
            **gateway_annotations(gateway),
        },
        "spec": {
            "gatewayClassName": "istio",
            "addresses": [address],
            "listeners": [_listener(one, secret_names) for one in listeners(gateway)],
        },
    }


def redirect_manifest(name: str, gateway: GatewaySettings) -> Manifest | None:
    """The HTTPRoute that answers by a redirect to https on the listeners that say so; None without one."""
    parents = [{"name": name, "sectionName": one.name} for one in listeners(gateway) if one.redirects]
    if not parents:
        return None
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    path = {"type": "PathPrefix", "value": "/"}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": f"{name}-https-redirect", "namespace": gateway.namespace, "labels": COMMON_LABELS},
        "spec": {"parentRefs": parents, "rules": [{"matches": [{"path": path}], "filters": [redirect]}]},
    }


def parent_references(name: str, gateway: GatewaySettings) -> Iterator[dict[str, str]]:
    """What a route of another namespace is attached to: the whole gateway, or all listeners that do not redirect."""
    whole = {"name": name, "namespace": gateway.namespace}
    found = listeners(gateway)
    if not any(one.redirects for one in found):
        yield whole
        return
    yield from ({**whole, "sectionName": one.name} for one in found if not one.redirects)


def _listener(listener: Listener, secret_names: Mapping[str, str]) -> dict[str, object]:
    server = listener.server
    written: dict[str, object] = {
        "name": listener.name,
        "port": server.port,
        "protocol": _PROTOCOLS.get(server.protocol, server.protocol.value),
        # Who may attach routes is for RBAC to say, as it is with VirtualServices.
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    if listener.host != "*":
        written["hostname"] = listener.host
    tls = server.tls
    if tls and tls.mode is TlsMode.PASSTHROUGH:
        written["tls"] = {"mode": "Passthrough"}
    elif tls and tls.credential:
        written["tls"] = {"mode": "Terminate", "certificateRefs": [{"name": secret_names[tls.credential]}]}
    return written
