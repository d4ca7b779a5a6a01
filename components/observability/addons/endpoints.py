"""Where each addon is reached: by the other addons, by proxies, and by people."""

from dataclasses import dataclass

from components.observability.addons.names import ADDONS, ALERTMANAGER_SERVICE, PROMETHEUS_SERVICE
from components.observability.addons.settings import AddonsSettings
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings

with imported_when_used():
    from components.observability.addons.grafana.settings import InstalledGrafana
    from components.observability.addons.jaeger.settings import InstalledJaeger, TraceCollector
    from components.observability.addons.kiali.settings import InstalledKiali
    from components.observability.addons.logins import Login
    from components.observability.addons.prometheus.settings import InstalledPrometheus
    from components.observability.addons.shared import ExternalSource

KIALI_ROOT = "/kiali"
"""The path below which Kiali answers."""


@dataclass(frozen=True, kw_only=True)
class ServicePort:
    """One port of a Service of an installed addon."""

    namespace: str
    service: str
    port: int
    path: str = ""
    """The path of the page for people."""

    @property
    def host(self) -> str:
        """The host in full, which no search list of a pod changes."""
        return f"{self.service}.{self.namespace}.svc.cluster.local"

    @property
    def url(self) -> str:
        """The address within the cluster, in plain HTTP."""
        return f"http://{self.host}:{self.port}{self.path}"


def prometheus_installed(settings: MeshSettings) -> bool:
    """Whether the program installs Prometheus, and so the operator and the kinds of monitors and rules."""
    return isinstance(settings.addons.prometheus, InstalledPrometheus)


def dashboards(addons: AddonsSettings) -> dict[str, ServicePort]:
    """The page for people of each installed addon, Alertmanager's among them."""
    found: dict[str, ServicePort] = {}
    if isinstance(addons.prometheus, InstalledPrometheus):
        found["prometheus"] = _port(addons, PROMETHEUS_SERVICE, 9090)
        found["alertmanager"] = _port(addons, ALERTMANAGER_SERVICE, 9093)
    if isinstance(addons.grafana, InstalledGrafana):
        found["grafana"] = _port(addons, "grafana", 80)
    if isinstance(addons.jaeger, InstalledJaeger):
        found["jaeger"] = _port(addons, "jaeger", 16686)
    if isinstance(addons.kiali, InstalledKiali):
        found["kiali"] = _port(addons, "kiali", 20001, KIALI_ROOT)
    return found


def external_urls(addons: AddonsSettings) -> dict[str, str]:
    """The address of each addon that somebody else runs."""
    named = {"prometheus": addons.prometheus, "grafana": addons.grafana}
    named |= {"jaeger": addons.jaeger, "kiali": addons.kiali}
    return {name: addon.url for name, addon in named.items() if addon is not None and addon.kind == "external"}


def browser_urls(addons: AddonsSettings) -> dict[str, str]:
    """The address in a browser of each addon for which the stack names one, installed or not."""
    named = {name: getattr(getattr(addons, name), "url", None) for name in ADDONS}
    return {name: url for name, url in named.items() if url}


def dashboard_urls(addons: AddonsSettings) -> dict[str, str]:
    """The page of every addon: as the stack names it, else within the cluster."""
    return {name: page.url for name, page in dashboards(addons).items()} | browser_urls(addons)


def login_at(addons: AddonsSettings, name: str) -> Login | None:
    """How other addons sign in at the addon `name` of somebody else; None where they need not."""
    addon = getattr(addons, name)
    return addon.login if isinstance(addon, ExternalSource) else None


def internal_url(addons: AddonsSettings, name: str) -> str | None:
    """The address at which addons reach each other; None when the mesh has no addon `name`."""
    if installed := dashboards(addons).get(name):
        return installed.url
    addon = getattr(addons, name, None)
    if isinstance(addon, ExternalSource):
        return addon.internal_url or addon.url
    return external_urls(addons).get(name)


def trace_collector(addons: AddonsSettings) -> TraceCollector | None:
    """Where proxies send spans by OTLP over gRPC; None when the mesh has no Jaeger, or its collector is not known."""
    if isinstance(addons.jaeger, InstalledJaeger):
        return TraceCollector(host=_port(addons, "jaeger", 4317).host, port=4317)
    return addons.jaeger.collector if addons.jaeger else None


def zipkin_collector(addons: AddonsSettings) -> TraceCollector | None:
    """Where proxies send spans in Zipkin's form, for which only an installed Jaeger is known."""
    installed = isinstance(addons.jaeger, InstalledJaeger)
    return TraceCollector(host=_port(addons, "jaeger", 9411).host, port=9411) if installed else None


def _port(addons: AddonsSettings, service: str, port: int, path: str = "") -> ServicePort:
    return ServicePort(namespace=addons.namespace, service=service, port=port, path=path)
