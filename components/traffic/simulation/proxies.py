"""The pods of the gateways of a stack."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.gateways.settings import GatewaySettings
from components.gateways.values import selector_label, service_ports
from components.settings.mesh import MeshSettings
from components.traffic.simulation.mesh_object import MeshObject


@dataclass(frozen=True, kw_only=True)
class GatewayProxy:
    """The pods of one gateway, and the Service before them."""

    namespace: str
    name: str
    labels: Mapping[str, str]
    ports: Mapping[int, int]
    """The port of the pods for each port of the Service."""

    @property
    def key(self) -> str:
        """NAMESPACE/NAME."""
        return f"{self.namespace}/{self.name}"


def gateway_proxies(settings: MeshSettings, objects: Iterable[MeshObject]) -> Iterator[GatewayProxy]:
    """The pods of every gateway: of the settings, and of Gateways of the Gateway API that Istio deploys itself."""
    for name, gateway in settings.gateways.items():
        yield GatewayProxy(
            namespace=gateway.namespace,
            name=name,
            labels=gateway_labels(name, gateway),
            ports={port.port: port.target_port or port.port for port in service_ports(gateway)},
        )
    for one in objects:
        # Istio itself deploys a Gateway of the Gateway API that names no Service of its own (gateway-api, automated
        # deployment), under the name of its class behind a dash.
        if one.group == "gateway.networking.k8s.io" and one.kind == "Gateway" and not one.spec.has("addresses"):
            ports = [listener.at("port").whole or 0 for listener in one.spec.at("listeners")]
            labels = {"gateway.networking.k8s.io/gateway-name": one.name}
            yield GatewayProxy(
                namespace=one.namespace,
                name=f"{one.name}-{one.spec.at('gatewayClassName').text}",
                labels=labels,
                ports={port: port for port in ports},
            )


def gateway_labels(name: str, gateway: GatewaySettings) -> dict[str, str]:
    """The labels of a gateway's pods by which servers and matches choose them."""
    return {"app": name, "istio": selector_label(name), **gateway.labels}
