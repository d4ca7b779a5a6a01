"""Checks of the gateways."""

from collections import Counter
from collections.abc import Iterator

from components.gateways.ports import STATUS_PORT
from components.gateways.server_checks import server_problems
from components.gateways.settings import GatewaySettings, ServicePort, ServiceSettings, ServiceType
from components.gateways.values import selector_label
from components.namespaces.settings import Injection
from components.settings.explain import shown
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.ranges import range_problems
from components.settings.scheduling import scheduling_problems
from components.settings.workload import workload_problems

CHART_LABELS = ("app", "istio", "app.kubernetes.io/name", "sidecar.istio.io/inject")
"""Labels by which the gateway chart selects and injects its pods (templates/_helpers.tpl)."""


def gateway_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways whose pods get injected, whose ports fit together, and whose scale Kubernetes accepts."""
    for name, gateway in settings.gateways.items():
        path = ("gateways", name)
        yield from workload_problems(gateway, path)
        yield from _injection_problems(settings, gateway, path)
        yield from scheduling_problems(gateway, path)
        yield from server_problems(settings, gateway, path)
        yield from _service_problems(gateway, (*path, "service"))
        yield from _label_problems(gateway, (*path, "labels"))
        yield from _reason_problems(gateway, path)
    yield from _collisions(settings)


def _collisions(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways that would take each other's servers, as IST0145 says, or each other's node ports."""
    labels: dict[str, str] = {}
    node_ports: dict[int, str] = {}
    for name, gateway in settings.gateways.items():
        earlier = labels.setdefault(selector_label(name), name)
        if earlier != name:
            yield Problem(
                ("gateways", name),
                f"its pods get the label istio={selector_label(name)}, as those of '{earlier}' do, so that each of the "
                "two would serve the other's servers as well",
                "Choose another name",
            )
        for index, port in enumerate(gateway.service.ports or ()):
            if port.node_port and node_ports.setdefault(port.node_port, name) != name:
                yield Problem(
                    ("gateways", name, "service", "ports", index, "nodePort"),
                    f"{port.node_port} is taken by the gateway '{node_ports[port.node_port]}'",
                    "Choose another one, or leave it to Kubernetes",
                )


def _label_problems(gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    for label in gateway.labels:
        if label in CHART_LABELS:
            yield Problem((*path, label), "is set by the chart, which selects the gateway's pods by it", "Remove it")


def _reason_problems(gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    """Reasons for what is not so: they would excuse a later change that nobody looked at."""
    if gateway.any_host_reason and not any(host == "*" for server in gateway.servers for host in server.hosts):
        yield Problem(
            (*path, "anyHostReason"), "no server takes every host, so there is nothing to explain", "Remove it"
        )
    service = gateway.service
    if service.public_reason and (service.load_balancer_source_ranges or service.type is not ServiceType.LOAD_BALANCER):
        yield Problem(
            (*path, "service", "publicReason"),
            "it is not open to everybody, so there is nothing to explain",
            "Remove it",
        )


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


def _service_problems(gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    service = gateway.service
    if service.node_address and service.type is not ServiceType.NODE_PORT:
        yield Problem(
            (*path, "nodeAddress"),
            f"has no meaning for a Service of type {service.type}",
            "Remove it, or use NodePort",
        )
    yield from _balancer_problems(service, path)
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


def _balancer_problems(service: ServiceSettings, path: Path) -> Iterator[Problem]:
    """What only load balancers know, and ranges of addresses that are none."""
    balanced = {
        "loadBalancerClass": service.load_balancer_class,
        "loadBalancerSourceRanges": service.load_balancer_source_ranges,
    }
    for key, value in balanced.items():
        if value and service.type is not ServiceType.LOAD_BALANCER:
            yield Problem((*path, key), f"has no meaning for a Service of type {service.type}", "Remove it")
    if service.external_traffic_policy and service.type is ServiceType.CLUSTER_IP:
        yield Problem((*path, "externalTrafficPolicy"), "has no meaning for a Service of type ClusterIP", "Remove it")
    yield from range_problems(service.load_balancer_source_ranges, (*path, "loadBalancerSourceRanges"))


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
