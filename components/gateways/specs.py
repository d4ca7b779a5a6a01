"""Gateway resources."""

from collections import Counter
from collections.abc import Mapping

from components.gateways.gateway_api import gateway_api_manifest, redirect_manifest
from components.gateways.reasons import gateway_annotations
from components.gateways.servers import ServerSettings, ServerTls
from components.gateways.settings import GatewaySettings
from components.gateways.values import selector_label
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.api import Api


def gateway_manifests(name: str, gateway: GatewaySettings, secret_names: Mapping[str, str]) -> dict[str, Manifest]:
    """What opens the ports of a gateway, by a name for the resource: in Istio's API or in the Gateway API."""
    if gateway.api is Api.ISTIO:
        return {"servers": gateway_manifest(name, gateway, secret_names)}
    redirect = redirect_manifest(name, gateway)
    listening = {"listeners": gateway_api_manifest(name, gateway, secret_names)}
    return listening | ({"https-redirect": redirect} if redirect else {})


def gateway_manifest(name: str, gateway: GatewaySettings, secret_names: Mapping[str, str]) -> Manifest:
    """The Gateway resource `name`, beside the pods of the Helm release of the same name.

    `secret_names` tells the Secret of each entry of mesh.tls that a server refers to.

    Source: istio.io/latest/docs/reference/config/networking/gateway.
    """
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {
            "name": name,
            "namespace": gateway.namespace,
            "labels": COMMON_LABELS,
            **gateway_annotations(gateway),
        },
        "spec": {"selector": {"istio": selector_label(name)}, "servers": _servers(gateway, secret_names)},
    }


def _servers(gateway: GatewaySettings, secret_names: Mapping[str, str]) -> list[dict[str, object]]:
    seen = Counter[int]()
    servers: list[dict[str, object]] = []
    for server in gateway.servers:
        seen[server.port] += 1
        # Istio refuses two servers with one port name (pkg/config/validation/validation.go).
        number = f"-{seen[server.port]}" if seen[server.port] > 1 else ""
        port = {
            "number": server.port,
            "name": f"{server.protocol.value.lower()}-{server.port}{number}",
            "protocol": server.protocol.value,
        }
        servers.append({"port": port, "hosts": list(server.hosts), **_tls(server, secret_names)})
    return servers


def _tls(server: ServerSettings, secret_names: Mapping[str, str]) -> dict[str, object]:
    tls = server.tls
    if tls is None or not (tls.https_redirect or tls.mode):
        return {}
    return {"tls": {"httpsRedirect": True} if tls.https_redirect else _handshake(tls, secret_names)}


def _handshake(tls: ServerTls, secret_names: Mapping[str, str]) -> dict[str, object]:
    given = {
        "mode": tls.mode.value if tls.mode else None,
        "credentialName": secret_names[tls.credential] if tls.credential else None,
        "minProtocolVersion": tls.min_protocol_version.value if tls.min_protocol_version else None,
        "maxProtocolVersion": tls.max_protocol_version.value if tls.max_protocol_version else None,
        "cipherSuites": [suite.value for suite in tls.cipher_suites] or None,
    }
    return {key: value for key, value in given.items() if value is not None}
