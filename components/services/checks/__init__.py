"""Checks of services: references, routes, gateways, what HTTPRoutes cannot say, and external services."""

from collections.abc import Iterator

from components.services.checks.exposure import exposure_problems
from components.services.checks.externals import external_problems, shared_host_problems
from components.services.checks.forms import form_problems
from components.services.checks.gateway_api import gateway_api_problems, names_of
from components.services.checks.policies import policy_problems
from components.services.checks.ports import port_problems
from components.services.checks.proxies import proxy_problems
from components.services.checks.references import reference_problems, twin_problems
from components.services.checks.routes import route_problems
from components.services.checks.written import written_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def service_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Everything that is wrong with `services` and `externals`, and then with what they are written as."""
    wrong = list(_intent_problems(settings))
    yield from wrong or written_problems(settings)


def _intent_problems(settings: MeshSettings) -> Iterator[Problem]:
    names = names_of(settings)
    for key in settings.services:
        path = ("services", key)
        yield from reference_problems(settings, key, path)
        yield from route_problems(settings.services[key], path)
        yield from policy_problems(settings.services[key], settings.istio.version, path)
        yield from port_problems(settings.services[key], settings.istio.version, path)
        yield from gateway_api_problems(settings, key, path, names)
        yield from form_problems(settings.services[key], path)
    yield from twin_problems(settings)
    yield from exposure_problems(settings)
    yield from proxy_problems(settings)
    for key in settings.externals:
        yield from external_problems(settings, key, ("externals", key))
    yield from shared_host_problems(settings)
