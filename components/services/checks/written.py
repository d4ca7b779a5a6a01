"""Checks of what services with `api: gateway` and external services are written as, after all others."""

from collections.abc import Iterator

from components.kinds.catalog import kind_of
from components.kinds.loading import shape_of_kind
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.platform.manifest import Manifest
from components.services.egress import egress_route, external_rules, service_entry
from components.services.gateway_api import gateway_api_objects
from components.settings.api import Api
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem, render_path
from components.traffic.checks import MEANING


def written_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Objects that the API server or Istio would refuse, because a field has another form there than here.

    The Gateway API has narrower rules than Istio for paths, headers and parameters, all of them in the HTTPRoute's CRD.
    So has a ServiceEntry for combinations of hosts, ports and resolution. Settings have to be right otherwise.
    """
    for key, service in settings.services.items():
        if service.api is Api.GATEWAY:
            for one in gateway_api_objects(key, settings.services, settings.gateways):
                yield from _problems(one, settings.istio.version, ("services", key))
    for key, external in settings.externals.items():
        objects = [service_entry(key, external), *external_rules(key, external)]
        if external.egress_gateway:
            objects += egress_route(key, external, settings.gateways[external.egress_gateway])
        for one in objects:
            yield from _problems(one, settings.istio.version, ("externals", key))


def _problems(manifest: Manifest, istio_version: str, path: Path) -> Iterator[Problem]:
    kind = kind_of(manifest["apiVersion"], manifest["kind"])
    if kind is None:
        return  # A Service of Kubernetes.
    resource = Resource(kind, Node(manifest, ()), istio_version)
    found = list(shape_problems(resource.spec, shape_of_kind(kind), istio_version))
    for one in found or MEANING[kind.key](resource):
        place = render_path(one.path).removeprefix("mesh.")
        rule = f"would make the {kind.kind} '{resource.name}', which is refused at {place}: {one.rule}"
        yield Problem(path, rule, one.fix)
