"""Checks of providers: their names, and whether istiod can find what they name."""

from collections.abc import Iterator, Sequence

from components.kinds.node import Node
from components.observability.addons.endpoints import trace_collector
from components.observability.telemetry.collectors import BUILT_IN, JAEGER, namespace_of
from components.settings.codes import Code
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed, mismatch, shown

with imported_when_used():
    from components.observability.telemetry.providers import LogFormat, ProviderHeader, ProviderSettings

_HOSTED = ("opentelemetry", "zipkin", "envoy_otel_als")


def given_provider_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Entries of meshConfig.extensionProviders without a name, or with one that is taken.

    istiod only says so in its log. Source: validateExtensionProvider of Istio's
    pkg/config/validation/agent/extensionprovider.go.
    """
    seen: dict[str, int] = {}
    for index, entry in enumerate(settings.mesh_config.extension_providers or ()):
        path: Path = ("meshConfig", "extensionProviders", index, "name")
        name = entry.get("name")
        if not isinstance(name, str):
            rule, code = "required, but missing", Code.MISSING_KEY
            if name is not None:
                rule, code = mismatch(name, "text"), Code.WRONG_TYPE
            yield Problem(path, rule, "Name it in text, for example `name: otel`", code)
        elif seen.setdefault(name.lower(), index) != index:
            rule = f"{shown(name)} is the name of meshConfig.extensionProviders[{seen[name.lower()]}] already"
            yield Problem(path, rule, "Give each provider a name of its own; case does not tell them apart")


def provider_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Entries of `telemetry.providers` that are not one thing, or that have the name or the place of nothing."""
    given = {str(one.get("name")).lower(): one for one in settings.mesh_config.extension_providers or ()}
    if JAEGER in given and trace_collector(settings.addons):
        rule = f"makes the provider '{JAEGER}', which meshConfig.extensionProviders has as well"
        yield Problem(("addons", "jaeger"), rule, "Rename that one")
    for name, provider in settings.telemetry.providers.items():
        path: Path = ("telemetry", "providers", name)
        if name in BUILT_IN:
            yield Problem(path, f"'{name}' is a provider of Istio's own", "Choose another name")
        elif name == JAEGER and trace_collector(settings.addons):
            yield Problem(path, f"'{name}' is the provider that addons.jaeger makes", "Remove it, or rename it")
        elif name in given:
            rule = f"'{name}' is the name of an entry of meshConfig.extensionProviders as well"
            yield Problem(path, rule, "Keep it in one of the two, or rename it")
        chosen = provider.model_dump(by_alias=True, exclude_none=True)
        if len(chosen) != 1:
            rule = f"is several things at once: {listed(list(chosen))}" if chosen else "does not say what it is"
            yield Problem(path, rule, "Keep one of opentelemetry, zipkin, envoyOtelAls and envoyFileAccessLog")
        yield from _message_problems(provider, path)
        yield from _host_problems(settings, provider, path)


def _message_problems(provider: ProviderSettings, path: Path) -> Iterator[Problem]:
    if tracer := provider.opentelemetry:
        here = (*path, "opentelemetry")
        if tracer.http and tracer.grpc:
            yield Problem(here, "exports by http and by grpc, of which Istio takes one only", "Keep one of the two")
        if tracer.http:
            yield from _header_problems(tracer.http.headers or (), (*here, "http", "headers"))
        if tracer.grpc:
            yield from _header_problems(tracer.grpc.initial_metadata or (), (*here, "grpc", "initialMetadata"))
    if (log := provider.envoy_file_access_log) and log.log_format:
        yield from _format_problems(log.log_format, (*path, "envoyFileAccessLog", "logFormat"))


def _header_problems(headers: Sequence[ProviderHeader], path: Path) -> Iterator[Problem]:
    for index, header in enumerate(headers):
        if (header.value is None) == (header.env_name is None):
            found = "has no value" if header.value is None else "has two values"
            yield Problem((*path, index), found, "Give it exactly one of `value` and `envName`")


def _format_problems(form: LogFormat, path: Path) -> Iterator[Problem]:
    if (form.text is None) == (form.labels is None):
        found = "says nothing" if form.text is None else "has two forms"
        yield Problem(path, found, "Give it exactly one of `text` and `labels`")


def _host_problems(settings: MeshSettings, provider: ProviderSettings, path: Path) -> Iterator[Problem]:
    """A host outside the cluster that the stack does not make known, or not at this port.

    istiod looks a provider up among its services, where hosts outside are only by a ServiceEntry (LookupCluster in
    pilot/pkg/model/telemetry_logging.go). A Service of the cluster may be somebody else's, so it is not missed.
    """
    known = _outside(settings)
    for kind in _HOSTED:
        if one := getattr(provider, kind):
            host = one.service.rpartition("/")[2]
            key = "envoyOtelAls" if kind == "envoy_otel_als" else kind
            if namespace_of(host) is None and host not in known:
                rule = f"{shown(host)} is neither a Service of a cluster nor a host of mesh.externals, so that no proxy"
                fix = (
                    "Add it to `externals`, or name a Service in full, like 'collector.observability.svc.cluster.local'"
                )
                yield Problem((*path, key, "service"), f"{rule} finds it", fix)
            elif known.get(host) and one.port not in known[host]:
                ports = listed([str(port) for port in sorted(known[host])])
                rule = f"{shown(host)} has no port {one.port}, but {ports}"
                yield Problem((*path, key, "port"), rule, "Use the port of one, or add this one there")


def _outside(settings: MeshSettings) -> dict[str, set[int]]:
    """Hosts outside the cluster by their ports, of `externals` and of ServiceEntries in `resources`."""
    found: dict[str, set[int]] = {}
    for external in settings.externals.values():
        for host in external.hosts:
            found.setdefault(host, set()).update(one.port for one in external.ports)
    for entry in settings.resources:
        for host in Node(entry.spec, ()).at("hosts").texts if entry.kind == "ServiceEntry" else ():
            # Their ports are not looked at: the object's own checks may refuse them.
            found.setdefault(host, set())
    return found
