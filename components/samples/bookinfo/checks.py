"""Checks of the Bookinfo sample."""

from collections.abc import Iterator

from components.gateways.hosts import hosts_match
from components.namespaces.specs import injected
from components.samples.bookinfo.settings import BookinfoSettings
from components.settings.api import Api
from components.settings.explain import suggestion
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_PATH: Path = ("samples", "bookinfo")


def bookinfo_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A sample that is injected, and that its gateway really serves."""
    sample = settings.samples.bookinfo
    if sample is None:
        return
    yield from _namespace_problems(settings, sample)
    gateway = settings.gateways.get(sample.gateway)
    if gateway is None:
        meant = suggestion(sample.gateway, settings.gateways)
        yield Problem(
            (*_PATH, "gateway"),
            f"there is no gateway '{sample.gateway}' in mesh.gateways",
            f"Did you mean '{meant}'?" if meant else "Declare it there, or name one that is",
        )
        return
    if gateway.api is not Api.ISTIO:
        yield Problem(
            (*_PATH, "gateway"),
            f"'{sample.gateway}' has `api: {gateway.api}`, and the sample's routes are VirtualServices",
            f"Remove gateways.{sample.gateway}.api, or name another gateway",
        )
    served = [host for server in gateway.servers for host in server.hosts]
    for index, host in enumerate(sample.hosts):
        if not any(hosts_match(one, host) for one in served):
            yield Problem(
                (*_PATH, "hosts", index),
                f"'{host}' is not served by the gateway '{sample.gateway}', whose hosts are {', '.join(served)}",
                "Add it to a server of the gateway, or choose one of these",
            )


def _namespace_problems(settings: MeshSettings, sample: BookinfoSettings) -> Iterator[Problem]:
    declared = settings.namespaces.get(sample.namespace)
    if declared is None:
        meant = suggestion(sample.namespace, settings.namespaces)
        yield Problem(
            (*_PATH, "namespace"),
            f"there is no namespace '{sample.namespace}' in mesh.namespaces",
            f"Did you mean '{meant}'?" if meant else f"Add `{sample.namespace}: {{injection: enabled}}` there",
        )
    elif not injected(declared):
        yield Problem(
            (*_PATH, "namespace"),
            f"'{sample.namespace}' does not inject sidecars, so that the sample would run outside the mesh",
            f"Set namespaces.{sample.namespace}.injection to enabled",
        )
