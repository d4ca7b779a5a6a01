"""HTTPRoutes of services, and the Services that stand for their versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from components.gateways.gateway_api import parent_references
from components.gateways.settings import GatewaySettings
from components.platform.manifest import Manifest
from components.services.documents import document
from components.services.exposure import Share, exposure_name, share_rules
from components.services.http_route import route_rules
from components.services.names import pod_labels, service_name, version_labels, version_service
from components.services.rules import Rule, Target, says_something, service_rules
from components.services.settings import ExposureSettings, ServiceSettings


def gateway_api_objects(
    key: str, services: Mapping[str, ServiceSettings], gateways: Mapping[str, GatewaySettings]
) -> Iterator[Manifest]:
    """What a service with `api: gateway` makes: Services of its versions, HTTPRoutes, and leave to refer elsewhere.

    Source: gateway-api.sigs.k8s.io and, for routes within the mesh, its GAMMA initiative.

    Raises:
        InexpressibleError: routes that cannot be written.
    """
    service = services[key]
    yield from _version_services(key, service)
    backends, routed = Backends(services, namespace=service.namespace), list[Rule]()
    if says_something(service):
        routed = service_rules(key, service)
        parents = [{"group": "", "kind": "Service", "name": service_name(key, service), "port": service.port}]
        spec = {"parentRefs": parents, "rules": route_rules(routed, backends)}
        yield document("HTTPRoute", service_name(key, service), service.namespace, spec)
    for exposure in service.exposure:
        gateway = gateways.get(exposure.gateway)
        if gateway is None:
            continue  # A check says so.
        rules = exposure_rules(key, service, exposure)
        hostnames = [] if "*" in exposure.hosts else list(exposure.hosts)
        spec = {
            "parentRefs": list(parent_references(exposure.gateway, gateway)),
            **({"hostnames": hostnames} if hostnames else {}),
            "rules": route_rules(rules, backends),
        }
        name = exposure_name(f"{service_name(key, service)}-{exposure.gateway}", exposure.hosts[0])
        yield document("HTTPRoute", name, service.namespace, spec)
        routed += rules
    yield from _grants(key, services, routed)


def exposure_rules(key: str, service: ServiceSettings, exposure: ExposureSettings) -> list[Rule]:
    """The rules of a service for one of its exposures.

    Raises:
        InexpressibleError: a route and the path of the exposure cannot be combined.
    """
    paths = exposure.paths or (None,)
    rules = [rule for path in paths for rule in share_rules(Share(service=key, path=path), service)]
    several = len(paths) > 1
    return [_renamed(rule, index) if several else rule for index, rule in enumerate(rules)]


class Backends:
    """Writes targets as BackendObjectReferences for a route in `namespace`."""

    def __init__(self, services: Mapping[str, ServiceSettings], namespace: str) -> None:
        self._services = services
        self._namespace = namespace

    def __call__(self, target: Target) -> dict[str, object]:
        """The reference to a Service, or to the one of a version."""
        service = self._services[target.service]
        name = service_name(target.service, service)
        if target.version is not None:
            name = version_service(target.service, service, target.version)
        elsewhere = {} if service.namespace == self._namespace else {"namespace": service.namespace}
        return {"name": name, **elsewhere, "port": service.port}


def _version_services(key: str, service: ServiceSettings) -> Iterator[Manifest]:
    port: dict[str, object] = {"name": service.protocol.value.lower(), "port": service.port}
    if service.target_port:
        port["targetPort"] = service.target_port
    for name, version in service.versions.items():
        selector = pod_labels(key, service) | version_labels(name, version)
        # Whether pods run is not for a route to wait for; the provider would watch the Service settle for ten seconds.
        annotations, spec = {"pulumi.com/skipAwait": "true"}, {"selector": selector, "ports": [port]}
        yield document("Service", version_service(key, service, name), service.namespace, spec, annotations)


def _grants(key: str, services: Mapping[str, ServiceSettings], rules: Sequence[Rule]) -> Iterator[Manifest]:
    """Leave for the routes of a service to refer to Services of other namespaces, given there by name."""
    service, backends = services[key], Backends(services, namespace=services[key].namespace)
    targets = [target for rule in rules for target in rule.targets]
    targets += [
        Target(service=mirror.service, version=mirror.version)
        for rule in rules
        for mirror in rule.policies.mirrors or ()
        if mirror.service
    ]
    foreign: dict[str, list[str]] = {}
    for target in targets:
        namespace = services[target.service].namespace
        name = str(backends(target)["name"])
        if namespace != service.namespace and name not in foreign.setdefault(namespace, []):
            foreign[namespace].append(name)
    for namespace, names in foreign.items():
        spec = {
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": service.namespace}],
            "to": [{"group": "", "kind": "Service", "name": name} for name in names],
        }
        yield document("ReferenceGrant", f"{service.namespace}-{service_name(key, service)}", namespace, spec)


def _renamed(rule: Rule, index: int) -> Rule:
    return replace(rule, name=f"{rule.name}-{index}")
