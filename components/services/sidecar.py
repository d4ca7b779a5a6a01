"""Sidecars: what the proxies of a service learn of the mesh."""

from collections.abc import Iterable, Iterator, Mapping

from components.gateways.settings import GatewaySettings
from components.platform.manifest import Manifest
from components.services.callers import called
from components.services.documents import document
from components.services.externals import ExternalSettings
from components.services.names import cluster_host, pod_labels, service_host, service_name
from components.services.rules import service_rules
from components.services.settings import ServiceSettings
from components.settings.api import Api


def sidecar(
    key: str,
    services: Mapping[str, ServiceSettings],
    externals: Mapping[str, ExternalSettings],
    gateways: Mapping[str, GatewaySettings],
    root_namespace: str,
    always: Iterable[str] = (),
) -> Manifest | None:
    """The Sidecar of a service that says what it calls; None for one that does not.

    It opens the services called, whatever their routes lead to, the root namespace, and `always`, in the words of
    `egress.hosts`: what the proxy itself calls. Source: istio.io/latest/docs/reference/config/networking/sidecar.
    """
    service = services[key]
    if service.calls is None:
        return None
    hosts = {f"{root_namespace}/*", *always}
    for callee in called(service.calls):
        if callee in services:
            hosts |= set(_service_hosts(callee, services))
        elif callee in externals:
            hosts |= set(_external_hosts(externals[callee], gateways))
    spec = {
        "workloadSelector": {"labels": pod_labels(key, service)},
        "egress": [{"hosts": sorted(hosts)}],
    }
    return document("Sidecar", service_name(key, service), service.namespace, spec)


def reached(key: str, services: Mapping[str, ServiceSettings]) -> list[str]:
    """The services that requests to one may end at: itself, and the targets and mirrors of its routes."""
    found = [key]
    for rule in service_rules(key, services[key]):
        found += [target.service for target in rule.targets]
        found += [mirror.service for mirror in rule.policies.mirrors or () if mirror.service]
    return [one for one in dict.fromkeys(found) if one in services]


def _service_hosts(callee: str, services: Mapping[str, ServiceSettings]) -> Iterator[str]:
    for one in reached(callee, services):
        service = services[one]
        yield f"{service.namespace}/{service_host(one, service)}"
        if service.api is Api.GATEWAY:
            for version in service.versions:
                yield f"{service.namespace}/{service_host(one, service, version)}"


def _external_hosts(external: ExternalSettings, gateways: Mapping[str, GatewaySettings]) -> Iterator[str]:
    yield from (f"{external.namespace}/{host}" for host in external.hosts)
    gateway = gateways.get(external.egress_gateway or "")
    if external.egress_gateway and gateway:
        yield f"{gateway.namespace}/{cluster_host(external.egress_gateway, gateway.namespace)}"
