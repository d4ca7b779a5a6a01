"""DestinationRules: versions and policies of services."""

from collections.abc import Iterator

from components.platform.manifest import Manifest
from components.services.documents import document
from components.services.names import service_host, service_name, version_labels
from components.services.settings import ServiceSettings
from components.settings.api import Api


def destination_rules(key: str, service: ServiceSettings) -> Iterator[Manifest]:
    """What holds for connections to a service and to its versions; nothing where nothing is said.

    For VirtualServices versions are subsets of one rule, for HTTPRoutes they are Services with a rule each.

    Source: istio.io/latest/docs/reference/config/networking/destination-rule.
    """
    name, policy = service_name(key, service), _policy(service.traffic_policy)
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


def _policy(policy: dict[str, object] | None) -> dict[str, object]:
    return {"trafficPolicy": policy} if policy else {}
