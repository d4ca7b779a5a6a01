"""DestinationRules: versions and policies of services."""

from collections.abc import Iterator, Mapping
from typing import cast

from components.platform.manifest import Manifest
from components.services.documents import document
from components.services.names import service_host, service_name, version_labels
from components.services.settings import ServiceSettings
from components.settings.api import Api

_OF_PORTS = ("connectionPool", "loadBalancer", "outlierDetection", "tls")
"""What a policy may say of a port as well."""


def destination_rules(key: str, service: ServiceSettings) -> Iterator[Manifest]:
    """What holds for connections to a service and to its versions; nothing where nothing is said.

    For VirtualServices versions are subsets of one rule, for HTTPRoutes they are Services with a rule each.

    Source: istio.io/latest/docs/reference/config/networking/destination-rule.
    """
    name, policy = service_name(key, service), _policy(_with_ports(service))
    if service.api is Api.ISTIO:
        subsets = [
            {"name": version, "labels": version_labels(version, one), **_policy(one.traffic_policy)}
            for version, one in service.versions.items()
        ]
        spec = {"host": service_host(key, service), **policy, **({"subsets": subsets} if subsets else {})}
        if policy or subsets:
            yield document("DestinationRule", name, service.namespace, spec)
        return
    if policy:
        yield document("DestinationRule", name, service.namespace, {"host": service_host(key, service), **policy})
    for version, one in service.versions.items():
        if own := _policy(one.traffic_policy) or policy:
            host = service_host(key, service, version)
            yield document("DestinationRule", f"{name}-{version}", service.namespace, {"host": host, **own})


def _with_ports(service: ServiceSettings) -> dict[str, object]:
    policy = dict(service.traffic_policy or {})
    by_port = [port_policy(one.port, policy, one.traffic_policy) for one in service.ports if one.traffic_policy]
    if by_port:
        given = policy.get("portLevelSettings")
        policy["portLevelSettings"] = [*(cast("list[object]", given) if given else []), *by_port]
    return policy


def port_policy(port: int, policy: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """What holds for one port: its own, and what the policy of its host says otherwise, which Istio would leave out.

    Source: PortTrafficPolicy in istio.io/latest/docs/reference/config/networking/destination-rule.
    """
    inherited = {name: policy[name] for name in _OF_PORTS if name in policy}
    return {"port": {"number": port}, **inherited, **own}


def _policy(policy: dict[str, object] | None) -> dict[str, object]:
    return {"trafficPolicy": policy} if policy else {}
