"""Checks of the parts of MeshConfig that are written in Istio's own words alone.

istiod drops the whole of a MeshConfig that it cannot read or that is not valid, keeps the last one, and only logs it
(pkg/config/mesh/meshwatcher of Istio). So every part of it is held against Istio's own definition.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources

from components.kinds.certainty import certain_problems
from components.kinds.loading import Shape
from components.kinds.node import Node
from components.kinds.shape import shape_problems
from components.mesh_config.addresses import address_problems
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem

with imported_when_used():
    from components.mesh_config.extension_providers import extension_provider_problems
    from components.traffic.checks.client_tls import client_tls_problems
    from components.traffic.checks.http_policies import retries_problems
    from components.traffic.checks.locality import locality_problems
    from components.traffic.checks.values import host_problems


@cache
def message_shape() -> Shape:
    """What MeshConfig has to look like; empty for what the settings check by themselves.

    Source: the messages of mesh/v1alpha1 in istio.io/api 1.30.3; what is newer than 1.28.3 by comparing with that
    version and with 1.29.1.
    """
    return json.loads(resources.files(__package__ or "").joinpath("shape.json").read_text(encoding="utf-8"))


def message_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Messages without the shape that Istio reads, and values that it refuses or never uses.

    Where the shape is wrong, of the values only that is told which is certain whatever was meant.
    """
    document = settings.mesh_config.model_dump(by_alias=True, exclude_none=True, mode="json")
    mesh = Node(document, ("meshConfig",))
    wrong = list(shape_problems(mesh, message_shape(), settings.istio.version))
    yield from wrong
    yield from certain_problems(_meaning_problems(mesh, settings), wrong, mesh)


def _meaning_problems(mesh: Node, settings: MeshSettings) -> Iterator[Problem]:
    yield from _traffic_problems(mesh)
    yield from _proxy_problems(mesh.at("defaultConfig"))
    yield from extension_provider_problems(mesh.at("extensionProviders"), settings)


def _traffic_problems(mesh: Node) -> Iterator[Problem]:
    """Source: ValidateMeshConfig in pkg/config/validation/agent/validation.go."""
    if (retries := mesh.at("defaultHttpRetryPolicy")).given:
        yield from retries_problems(retries)
    if (locality := mesh.at("localityLbSetting")).given:
        # Which services have outlierDetection, their DestinationRules say.
        yield from locality_problems(locality, ejects=True)
    if (tls := mesh.at("outboundTrafficPolicy", "tls")).given:
        yield from client_tls_problems(tls)
    for entry in mesh.at("serviceSettings"):
        for host in entry.at("hosts"):
            yield from host_problems(host, wildcard=True, everything=True)


def _proxy_problems(proxy: Node) -> Iterator[Problem]:
    """Source: ValidateMeshConfigProxyConfig in pkg/config/validation/agent/validation.go."""
    tracing = proxy.at("tracing")
    for key in ("zipkin", "datadog", "lightstep"):
        if tracing.has(key):
            yield from address_problems(tracing.at(key, "address"), required=True, host_ip=key != "lightstep")
    if tracing.has("lightstep") and not tracing.at("lightstep", "accessToken").text:
        yield tracing.at("lightstep", "accessToken").problem(
            "required, but missing", "Send spans by meshConfig.extensionProviders instead; Istio has given up lightstep"
        )
    for keys in (
        ("discoveryAddress",),
        ("statsdUdpAddress",),
        ("envoyMetricsService", "address"),
        ("envoyAccessLogService", "address"),
    ):
        yield from address_problems(proxy.at(*keys))
    for key in tracing.at("stackdriver").keys:
        yield tracing.at("stackdriver", key).problem("is removed from Istio, and its chart fails with it", "Remove it")
    yield from _collector_tls_problems(tracing.at("tlsSettings"))
    yield from _key_provider_problems(proxy.at("privateKeyProvider"))


def _collector_tls_problems(tls: Node) -> Iterator[Problem]:
    if (tls.at("credentialName").text or "").startswith("configmap://"):
        yield tls.at("credentialName").problem(
            "names a ConfigMap, which Istio refuses here, because MeshConfig lies in no namespace",
            "Give the paths of files in the proxy, or the name of a Secret",
        )
    elif tls.given:
        yield from client_tls_problems(tls)


def _key_provider_problems(provider: Node) -> Iterator[Problem]:
    if not provider.given:
        return
    if not provider.keys:
        yield provider.problem("does not say which provider, and Istio refuses it", "Add cryptomb or qat, or remove it")
    for key in provider.keys:
        delay = provider.at(key, "pollDelay")
        if not delay.given:
            yield delay.problem("required, but missing", "Say how long to collect requests, for example '10ms'")
