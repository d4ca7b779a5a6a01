"""Gateway resources."""

from collections import Counter

from components.gateways.settings import GatewaySettings
from components.platform.labels import COMMON_LABELS
from components.platform.manifests import Manifest


def gateway_manifest(name: str, gateway: GatewaySettings) -> Manifest:
    """The Gateway resource `name`, beside the pods of the Helm release of the same name.

    Source: istio.io/latest/docs/reference/config/networking/gateway.
    """
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {"name": name, "namespace": gateway.namespace, "labels": COMMON_LABELS},
        "spec": {"selector": {"istio": selector_label(name)}, "servers": _servers(gateway)},
    }


def selector_label(name: str) -> str:
    """The label `istio` that the gateway chart gives to the pods of the release `name` (templates/_helpers.tpl)."""
    return name.removeprefix("istio-")


def _servers(gateway: GatewaySettings) -> list[dict[str, object]]:
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
        servers.append({"port": port, "hosts": list(server.hosts)})
    return servers
