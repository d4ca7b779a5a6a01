"""Checks of services: references, routes, gateways, what HTTPRoutes cannot say, and external services."""

from collections.abc import Iterator

from components.services.checks.exposure import exposure_problems
from components.services.checks.externals import external_problems, shared_host_problems
from components.services.checks.gateway_api import gateway_api_problems
from components.services.checks.policies import policy_problems
from components.services.checks.references import reference_problems, twin_problems
from components.services.checks.routes import route_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def service_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Everything that is wrong with `services` and `externals` before anything is derived from them."""
    for key in settings.services:
        path = ("services", key)
        yield from reference_problems(settings, key, path)
        yield from route_problems(settings.services[key], path)
        yield from policy_problems(settings.services[key], settings.istio.version, path)
        yield from gateway_api_problems(settings, key, path)
    yield from twin_problems(settings)
    yield from exposure_problems(settings)
    for key in settings.externals:
        yield from external_problems(settings, key, ("externals", key))
    yield from shared_host_problems(settings)
