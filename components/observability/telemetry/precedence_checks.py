"""Checks of settings that decide the same thing in two places, of which one would give way in silence.

Source: configureTracingFromTelemetry in pilot/pkg/networking/core/tracing.go of Istio. The order there is: sampler of
the provider, randomSamplingPercentage of a Telemetry, defaultConfig.tracing.sampling, PILOT_TRACE_SAMPLING, which the
checks of the control plane refuse.
"""

from collections.abc import Iterator

from components.observability.telemetry.collectors import TRACERS, chosen_tracer, declared, provider_named, providers
from components.observability.telemetry.specs import FILE_LOG, samples_itself
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed

_TRACING: Path = ("meshConfig", "defaultConfig", "tracing")
_LEGACY = ("zipkin", "datadog", "stackdriver", "lightstep", "open_census_agent")
"""Collectors of defaultConfig.tracing, which proxies only use where no Telemetry decides."""
_STDOUT = "/dev/stdout"


def precedence_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Second sources of one decision, and traces that nobody gets."""
    tracer = chosen_tracer(settings, settings.telemetry.tracing)
    if tracer is None:
        yield from _lost_traces(settings)
    else:
        yield from _second_switches(settings)
        yield from _second_values(settings, tracer)
    yield from _second_log(settings)


def _lost_traces(settings: MeshSettings) -> Iterator[Problem]:
    """Tracing that is asked for, while no collector is named."""
    if settings.mesh_config.default_providers and settings.mesh_config.default_providers.get("tracing"):
        return
    known = sorted(one.name for one in declared(settings) if one.kind in TRACERS)
    fix = f"Name one, for example `providers: [{{name: {known[0]}}}]`" if known else _ADD
    rule = (
        f"there are several collectors: {listed(known)}" if known else "there is no collector, so that nothing is sent"
    )
    asked: list[Path] = [("telemetry", "tracing")] if settings.telemetry.tracing else []
    for name, scope in settings.telemetry.namespaces.items():
        path: Path = ("telemetry", "namespaces", name)
        scopes = {path: scope, **{(*path, "workloads", key): one for key, one in scope.workloads.items()}}
        asked += [(*place, "tracing") for place, one in scopes.items() if one.tracing and not one.tracing.providers]
    for path in asked:
        yield Problem(path, rule, fix)
    if known and not asked:
        yield Problem(("telemetry", "providers"), rule, f"Say which one gets the spans: {_name(known[0])}")
    tracing = settings.mesh_config.default_config.tracing
    legacy = tracing and any(getattr(tracing, one) for one in _LEGACY)
    if settings.mesh_config.enable_tracing and not legacy and not known:
        yield Problem(("meshConfig", "enableTracing"), f"true, but {rule}", _ADD)


_ADD = (
    "Add one to telemetry.providers, for example `jaeger: {opentelemetry: {service: "
    "jaeger-collector.observability.svc.cluster.local, port: 4317}}`"
)


def _name(provider: str) -> str:
    return f"`tracing: {{providers: [{{name: {provider}}}]}}`"


def _second_switches(settings: MeshSettings) -> Iterator[Problem]:
    """What decides about traces only where no Telemetry does."""
    mesh = settings.mesh_config
    rule = "has no effect, because a Telemetry says which requests are traced (`telemetry`)"
    if mesh.enable_tracing is not None:
        yield Problem(("meshConfig", "enableTracing"), rule, "Remove it")
    if mesh.default_providers and mesh.default_providers.get("tracing"):
        path = ("meshConfig", "defaultProviders", "tracing")
        yield Problem(path, "gives way to the provider of `telemetry`", "Remove it, or name it in telemetry.tracing")
    tracing = mesh.default_config.tracing
    for name in _LEGACY if tracing else ():
        if getattr(tracing, name) is not None:
            key = "openCensusAgent" if name == "open_census_agent" else name
            yield Problem((*_TRACING, key), "has no effect beside the collector of `telemetry`", "Remove it")
    if tracing and tracing.enable_istio_tags is not None:
        yield Problem((*_TRACING, "enableIstioTags"), rule, "Move it to telemetry.tracing")


def _second_values(settings: MeshSettings, tracer: str) -> Iterator[Problem]:
    """Numbers and tags that give way to those of the Telemetry or of its provider."""
    own = settings.telemetry.tracing
    given = own.random_sampling_percentage if own else None
    decides = f"telemetry.{'tracing.randomSamplingPercentage' if given is not None else 'defaultSampling'}"
    percent = settings.telemetry.default_sampling if given is None else given
    rule = f"gives way to {decides}, which is {percent:g}"
    if samples_itself(settings, tracer):
        if given is not None:
            here = ("telemetry", "tracing", "randomSamplingPercentage")
            yield Problem(here, f"gives way to the sampler of the provider '{tracer}'", "Remove one of the two")
        rule = f"gives way to the sampler of the provider '{tracer}'"
    tracing = settings.mesh_config.default_config.tracing
    if tracing and tracing.sampling is not None:
        yield Problem((*_TRACING, "sampling"), rule, "Move it to telemetry.tracing.randomSamplingPercentage")
    if tracing and tracing.custom_tags and own and own.custom_tags:
        yield Problem((*_TRACING, "customTags"), "give way to telemetry.tracing.customTags", "Move them there")
    found = provider_named(providers(settings), tracer)
    if tracing and tracing.max_path_tag_length is not None and found and "maxTagLength" in found.message:
        rule = f"gives way to maxTagLength of the provider '{tracer}'"
        yield Problem((*_TRACING, "maxPathTagLength"), rule, "Keep one of the two")


def _second_log(settings: MeshSettings) -> Iterator[Problem]:
    """A file of access logs that no longer is one.

    Istio's provider `envoy` writes to the proxy's output; only format and encoding are MeshConfig's (telemetryAccessLog
    in pilot/pkg/model/telemetry_logging.go).
    """
    file, entries = settings.mesh_config.access_log_file, settings.telemetry.access_logging
    if not entries or not file or file == _STDOUT:
        return
    if any(not one.providers or any(each.name == FILE_LOG for each in one.providers) for one in entries):
        yield Problem(
            ("meshConfig", "accessLogFile"),
            f"'{file}' gives way to telemetry.accessLogging, whose provider '{FILE_LOG}' writes to {_STDOUT}",
            "Declare the file in telemetry.providers, with `envoyFileAccessLog`, and name it in accessLogging",
        )
