"""What gateways take where everybody is denied by default."""

from collections.abc import Iterator

from components.gateways.values import service_ports
from components.security.authorization.identities import service_principal
from components.security.authorization.rules import Rule, rule
from components.services.callers import called
from components.services.egress import passed_ports, plain_ports
from components.services.externals import ExternalSettings
from components.settings.mesh import MeshSettings


def gateway_rules(settings: MeshSettings, name: str) -> list[Rule]:
    """Everything, for a gateway is there to be reached, and what goes on from it is for the services behind it.

    A gateway that is only a way out takes the services that call what is behind it. What they encrypt themselves has
    no identity of the mesh, so that it is let through to the hosts that are declared.
    """
    if not _only_a_way_out(settings, name):
        return [{}]
    rules: list[Rule] = []
    for key, external in settings.externals.items():
        if external.egress_gateway == name:
            rules += _way_out(settings, name, key, external)
    return rules


def _only_a_way_out(settings: MeshSettings, name: str) -> bool:
    exposed = any(one.gateway == name for service in settings.services.values() for one in service.exposure)
    sample = settings.samples.bookinfo
    if exposed or (sample and sample.gateway == name):
        return False
    return any(one.egress_gateway == name for one in settings.externals.values())


def _way_out(settings: MeshSettings, name: str, key: str, external: ExternalSettings) -> Iterator[Rule]:
    of_pods = {one.port: one.target_port or one.port for one in service_ports(settings.gateways[name])}
    mutual, passed = ([str(of_pods[port]) for port in ports(external)] for ports in (plain_ports, passed_ports))
    callers = [service_principal(settings, one) for one, it in settings.services.items() if key in called(it.calls)]
    if mutual and callers:
        sni = {"key": "connection.sni", "values": [external.hosts[0]]}
        yield rule([{"principals": sorted(callers)}], [{"ports": mutual}], [sni])
    if passed:
        yield rule([{}], [{"ports": passed}], [{"key": "connection.sni", "values": list(external.hosts)}])
