"""Checks of the further ports of services."""

from collections.abc import Iterator
from dataclasses import replace

from components.kinds.node import Node
from components.services.checks.policies import connection_problems
from components.services.ports import ports_of
from components.services.settings import ServicePort, ServiceSettings
from components.settings.api import Api
from components.settings.problems import Path, Problem
from components.settings.wording import listed


def port_problems(service: ServiceSettings, istio_version: str, path: Path) -> Iterator[Problem]:
    """Ports that are told twice, that a gateway cannot lead to, or whose policies do not fit."""
    if service.ports and service.api is Api.GATEWAY:
        rule = "are for VirtualServices: the HTTPRoutes of a service here are for its `port` alone"
        yield Problem((*path, "ports"), rule, "Remove them, or set `api: istio`")
    known = [one.port for one in ports_of(service)]
    for index, one in enumerate(service.ports):
        here: Path = (*path, "ports", index)
        if one.port in known[: index + 1]:
            yield Problem((*here, "port"), f"{one.port} is a port of the service already", "Give each port once")
        yield from _policy_problems(service, one, istio_version, (*here, "trafficPolicy"))
    for index, exposure in enumerate(service.exposure):
        if exposure.port is not None and exposure.port not in known:
            rule = f"{exposure.port} is not a port of the service, which has {listed([str(one) for one in known])}"
            yield Problem((*path, "exposure", index, "port"), rule, "Add it to `ports`, or choose another one")


def _policy_problems(service: ServiceSettings, port: ServicePort, istio_version: str, path: Path) -> Iterator[Problem]:
    """Those of the entry of `portLevelSettings` that it is written into."""
    if port.traffic_policy is None:
        return
    if "port" in port.traffic_policy:
        yield Problem((*path, "port"), f"is said already: this is what holds for port {port.port}", "Remove it")
    whole = Node(service.traffic_policy, ())
    if port.port in [one.at("port", "number").whole for one in whole.at("portLevelSettings")]:
        rule = f"port {port.port} has an entry in portLevelSettings of the service's own trafficPolicy as well"
        yield Problem(path, rule, "Keep one of the two")
    written = {"portLevelSettings": [{"port": {"number": port.port}, **port.traffic_policy}]}
    for one in connection_problems(Node(written, path), istio_version, namespace=service.namespace):
        yield replace(one, path=(*path, *one.path[len(path) + 2 :]))
