"""The ports of services."""

from components.settings.later import imported_when_used

with imported_when_used():
    from components.services.settings import ServicePort, ServiceSettings


def ports_of(service: ServiceSettings) -> tuple[ServicePort, ...]:
    """All ports that are told of a service, the one to which others lead first."""
    first = ServicePort(port=service.port, protocol=service.protocol, target_port=service.target_port)
    return (first, *service.ports)


def port_of(service: ServiceSettings, number: int | None) -> ServicePort:
    """One of its ports; the first one for None, and for a number that it has not, of which a check tells."""
    ports = ports_of(service)
    return next((one for one in ports if one.port == number), ports[0])


def pod_port(port: ServicePort) -> int:
    """The port of the pods."""
    return port.target_port or port.port


def http_pod_ports(service: ServiceSettings) -> list[int]:
    """The ports of the pods at which requests can be told apart."""
    return [pod_port(one) for one in ports_of(service) if one.protocol.http]
