"""Checks of meshConfig.extensionProviders: what istiod says of them in its log only, and does not use."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.values import host_problems, port_problems

_LOCAL = ("prometheus", "stackdriver", "envoyFileAccessLog")
"""Providers that are no server."""

_STATUSES = frozenset(
    (
        *(0, 100, *range(200, 209), 226, *range(300, 306), 307, 308),
        *(*range(400, 418), *range(421, 425), 426, 428, 429, 431),
        *(*range(500, 509), 510, 511),
    )
)
"""The status codes that Envoy knows (envoy/type/v3/http_status.proto)."""


def extension_provider_problems(providers: Node, settings: MeshSettings) -> Iterator[Problem]:
    """Providers that are nothing, or whose server Istio does not find.

    Source: validateExtensionProvider in pkg/config/validation/agent/extensionprovider.go.
    """
    outside = set(_outside(settings))
    for entry in providers:
        kinds = [key for key in entry.keys if key != "name"]
        if not kinds:
            yield entry.problem("does not say what it is", "Add one kind of provider, for example `opentelemetry`")
        for kind in kinds:
            provider = entry.at(kind)
            if kind not in _LOCAL:
                yield from _server_problems(provider, outside)
            yield from _authorizer_problems(provider)
            yield from _exporter_problems(provider, kind)


def _server_problems(provider: Node, outside: set[str]) -> Iterator[Problem]:
    port, service = provider.at("port"), provider.at("service")
    if not service.text:
        yield service.problem(
            "required, but missing",
            "Name the service in full, for example 'collector.observability.svc.cluster.local'",
            Code.MISSING_KEY,
        )
    else:
        yield from _service_problems(service, service.text, outside)
    if not port.given:
        yield port.problem("required, but missing", "Add the port of the service", Code.MISSING_KEY)
    else:
        yield from port_problems(port)


def _service_problems(service: Node, text: str, outside: set[str]) -> Iterator[Problem]:
    namespace, _, host = text.rpartition("/")
    wrong = list(host_problems(Node(host, service.path), address=True))
    yield from wrong
    if "/" in namespace:
        yield service.problem(f"{shown(text)} has more than one '/'", "Write HOST, or NAMESPACE/HOST")
    elif not wrong and "." not in host and ":" not in host and host not in outside:
        yield service.problem(
            f"{shown(text)} is a short name, by which istiod finds no service (LookupCluster)",
            f"Write it in full, for example '{host}.NAMESPACE.svc.cluster.local'",
        )


def _authorizer_problems(provider: Node) -> Iterator[Problem]:
    """Fields that only external authorizers have."""
    status, prefix = provider.at("statusOnError"), provider.at("pathPrefix")
    if status.text and not (status.text.isdecimal() and int(status.text) in _STATUSES):
        yield status.problem(f"{shown(status.text)} is no HTTP status that Envoy knows", 'For example: "403"')
    if prefix.text and not prefix.text.startswith("/"):
        yield prefix.problem(f"{shown(prefix.text)} does not begin with '/'", f"Write '/{prefix.text}'")


def _exporter_problems(provider: Node, kind: str) -> Iterator[Problem]:
    if provider.has("grpc") and provider.has("http"):
        yield provider.problem("exports by http and by grpc, of which Istio takes one only", "Keep one of the two")
    if kind == "lightstep" and not provider.at("accessToken").text:
        yield provider.at("accessToken").problem(
            "required, but missing", "Use opentelemetry instead, which Lightstep takes; Istio has given up lightstep"
        )


def _outside(settings: MeshSettings) -> Iterator[str]:
    """Hosts that the stack makes known to istiod under the names that it gives them."""
    for external in settings.externals.values():
        yield from external.hosts
    for entry in settings.resources:
        if entry.kind == "ServiceEntry":
            yield from Node(entry.spec, ()).at("hosts").texts
