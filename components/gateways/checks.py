"""Checks of the gateways."""

from collections import Counter
from collections.abc import Iterator

from components.gateways.settings import GatewaySettings, ServicePort, ServiceType
from components.namespaces.settings import Injection
from components.settings.explain import shown
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.workload import workload_problems

STATUS_PORT = 15021
"""Readiness of every Envoy of Istio (istio.io/latest/docs/ops/deployment/application-requirements)."""

RESERVED_PORTS = (15000, 15004, 15006, 15008, 15020, STATUS_PORT, 15053, 15090)
"""Ports that Istio's proxies use themselves (istio.io/latest/docs/ops/deployment/application-requirements)."""


def gateway_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways whose pods get injected, whose ports fit together, and whose scale Kubernetes accepts."""
    for name, gateway in settings.gateways.items():
        path = ("gateways", name)
        yield from workload_problems(gateway, path)
        yield from _injection_problems(settings, gateway, path)
        yield from _server_problems(gateway, path)
        yield from _service_problems(gateway, (*path, "service"))


def _injection_problems(settings: MeshSettings, gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    declared = settings.namespaces.get(gateway.namespace)
    if declared and declared.injection is Injection.DISABLED:
        yield Problem(
            (*path, "namespace"),
            f"'{gateway.namespace}' has injection disabled, but a gateway's pods get their image by injection and "
            "would stay at 'image: auto'",
            f"Remove namespaces.{gateway.namespace}.injection, or choose another namespace",
        )
    if gateway.namespace == settings.control_plane.namespace:
        yield Problem(
            (*path, "namespace"),
            f"'{gateway.namespace}' is the root namespace, whose rights a gateway that faces users must not share",
            "Choose a namespace of its own, for example 'istio-ingress'",
        )


def _server_problems(gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    first: dict[int, str] = {}
    seen: set[tuple[int, str]] = set()
    for index, server in enumerate(gateway.servers):
        here = (*path, "servers", index)
        if server.port in RESERVED_PORTS:
            yield Problem((*here, "port"), f"{server.port} is used by Istio's proxy itself", "Choose another port")
        if first.setdefault(server.port, server.protocol) != server.protocol:
            yield Problem(
                (*here, "protocol"),
                f"'{server.protocol}' on port {server.port}, where an earlier server speaks {first[server.port]}",
                "Use one protocol for each port",
            )
        for position, host in enumerate(server.hosts):
            if (server.port, host) in seen:
                yield Problem(
                    (*here, "hosts", position),
                    f"'{host}' is already served on port {server.port}; Istio would ignore this one",
                    "Remove it",
                )
            seen.add((server.port, host))


def _service_problems(gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    service = gateway.service
    if service.node_address and service.type is not ServiceType.NODE_PORT:
        yield Problem(
            (*path, "nodeAddress"),
            f"has no meaning for a Service of type {service.type}",
            "Remove it, or use NodePort",
        )
    if service.ports is None:
        return
    yield from _port_problems(service.ports, service.type, (*path, "ports"))
    opened = {port.target_port or port.port for port in service.ports}
    for index, server in enumerate(gateway.servers):
        if server.port not in opened:
            yield Problem(
                (*path[:-1], "servers", index, "port"),
                f"{server.port} is not among service.ports, so that nothing reaches it",
                f"Add a port with `targetPort: {server.port}` to service.ports, or remove service.ports",
            )


def _port_problems(ports: tuple[ServicePort, ...], service_type: ServiceType, path: Path) -> Iterator[Problem]:
    for field, values in (
        ("name", [port.name for port in ports]),
        ("port", [port.port for port in ports]),
        ("nodePort", [port.node_port for port in ports]),
    ):
        counts = Counter(values)
        repeated = [i for i, value in enumerate(values) if value is not None and value in values[:i] and counts[value]]
        for index in repeated:
            yield Problem((*path, index, field), f"{shown(values[index])} is given twice", "Use each one once")
    for index, port in enumerate(ports):
        if port.port == STATUS_PORT or port.name == "status-port":
            yield Problem((*path, index), f"the status port {STATUS_PORT} is always there", "Remove this entry")
        if port.node_port and service_type is ServiceType.CLUSTER_IP:
            yield Problem(
                (*path, index, "nodePort"),
                f"{port.node_port} has no meaning for a Service of type ClusterIP",
                "Remove it, or use NodePort",
            )
