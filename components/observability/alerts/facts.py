"""What the alerts have to know of the mesh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.gateways.servers import Protocol
from components.observability.alerts.catalog import Each, Only
from components.observability.alerts.plain_text import strict_namespaces
from components.observability.alerts.settings import SloSettings
from components.services.names import service_name, version_service
from components.settings.api import Api
from components.settings.mesh import MeshSettings

PLACES: Mapping[Each | Only, set[str]] = {
    Each.GATEWAY: {"gateway", "namespace"},
    Each.HTTP_GATEWAY: {"gateway", "namespace"},
    Each.SLO: {"slo", "service", "objective", "errorBudget", "windowDays", "windowHours"},
    Only.STRICT: {"strictNamespaces"},
}
"""The places that templates may have beside their thresholds and `TIMES`, by what makes them known."""

TIMES = {"window", "windowSeconds", "quiet"}
"""The places of templates that have a window; `quiet` is the window and `for` together."""


@dataclass(frozen=True, kw_only=True)
class GatewayFact:
    """A gateway of the stack; its workload has its name."""

    name: str
    namespace: str
    http: bool
    """Whether requests are seen in it, and not only connections."""


@dataclass(frozen=True, kw_only=True)
class SloFact:
    """A service level objective, and the Services that stand for the service."""

    name: str
    namespace: str
    services: Sequence[str]
    objective_percent: float
    window_days: int


@dataclass(frozen=True, kw_only=True)
class MeshFacts:
    """Everything that rules are made from."""

    gateways: Sequence[GatewayFact]
    slos: Sequence[SloFact]
    strict_namespaces: str | None
    """A matcher of PromQL for the workloads of which STRICT is expected; None where it is expected of none."""
    cni: bool
    """Whether the stack says that Istio's CNI plugin is there."""


def mesh_facts(settings: MeshSettings) -> MeshFacts:
    """What the alerts have to know of a stack."""
    return MeshFacts(
        gateways=[
            GatewayFact(
                name=name, namespace=one.namespace, http=any(_shows_requests(server.protocol) for server in one.servers)
            )
            for name, one in settings.gateways.items()
        ],
        slos=[_slo(settings, name, one) for name, one in settings.alerts.slos.items()],
        strict_namespaces=strict_namespaces(settings),
        cni=_has_cni(settings),
    )


def expected(facts: MeshFacts, what: Only | Each | None) -> bool:
    """Whether what an alert is about is there, as far as the stack says."""
    there = {
        Only.STRICT: facts.strict_namespaces is not None,
        Only.CNI: facts.cni,
        Only.ZTUNNEL: False,
        Each.GATEWAY: bool(facts.gateways),
        Each.HTTP_GATEWAY: any(one.http for one in facts.gateways),
        Each.SLO: bool(facts.slos),
    }
    return what is None or there[what]


def _shows_requests(protocol: Protocol) -> bool:
    return protocol.plain_http or protocol is Protocol.HTTPS


def _has_cni(settings: MeshSettings) -> bool:
    """As istio.platform's text tells users to say it."""
    cni = settings.istio.extra_values.istiod.get("cni")
    return isinstance(cni, dict) and cni.get("enabled") is True


def _slo(settings: MeshSettings, name: str, slo: SloSettings) -> SloFact:
    """Versions of a service with `api: gateway` are Services of their own, and requests count for those."""
    service = settings.services.get(slo.service) if slo.namespace is None else None
    names = [service_name(slo.service, service)] if service else [slo.service]
    if service and service.api is Api.GATEWAY:
        names += [version_service(slo.service, service, version) for version in service.versions]
    return SloFact(
        name=name,
        namespace=slo.namespace or (service.namespace if service else ""),
        services=names,
        objective_percent=slo.objective_percent,
        window_days=slo.window_days,
    )
