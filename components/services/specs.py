"""All objects that the intent layer of a stack makes."""

from collections.abc import Iterator

from components.observability.telemetry.collectors import collector_hosts
from components.observability.telemetry.specs import telemetries
from components.security.path_parameters.specs import path_parameter_filters
from components.services.documents import Derived
from components.settings.api import Api
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings

with imported_when_used():
    from components.security.specs import security_policies
    from components.services.destination_rule import destination_rules
    from components.services.egress import egress_route, external_rules, gateway_rule, service_entry
    from components.services.gateway_api import gateway_api_objects
    from components.services.istio_api import exposed_virtual_services, service_virtual_service
    from components.services.sidecar import sidecar


def derived(settings: MeshSettings) -> Iterator[Derived]:
    """Every object that services, externals, telemetry, authorization and jwt make, with the path of its origin.

    Raises:
        InexpressibleError: routes that cannot be written; the checks find them before.
    """
    services, gateways = settings.services, settings.gateways
    root, collectors = settings.control_plane.namespace, list(collector_hosts(settings))
    for key, service in services.items():
        objects = [*destination_rules(key, service)]
        if service.api is Api.GATEWAY:
            objects += gateway_api_objects(key, services, gateways)
        elif routed := service_virtual_service(key, services):
            objects.append(routed)
        if scope := sidecar(key, services, settings.externals, gateways, root, collectors):
            objects.append(scope)
        yield from (Derived(manifest=one, origin=("services", key)) for one in objects)
    for exposed, manifest in exposed_virtual_services(services, gateways) if services else ():
        yield Derived(manifest=manifest, origin=("services", exposed.shares[0].service, "exposure"))
    yield from _egress(settings)
    yield from path_parameter_filters(settings)
    if settings.authorization or settings.jwt:
        yield from security_policies(settings)
    yield from (Derived(manifest=one, origin=path) for path, one in telemetries(settings))


def _egress(settings: MeshSettings) -> Iterator[Derived]:
    for key, external in settings.externals.items():
        objects = [service_entry(key, external), *external_rules(key, external)]
        if external.egress_gateway and external.egress_gateway in settings.gateways:
            objects += egress_route(key, external, settings.gateways[external.egress_gateway])
        yield from (Derived(manifest=one, origin=("externals", key)) for one in objects)
    for name, gateway in settings.gateways.items() if settings.externals else ():
        if rule := gateway_rule(name, gateway, settings.externals):
            yield Derived(manifest=rule, origin=("gateways", name))
