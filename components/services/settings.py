"""Settings of services, the intent layer of the stack file."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.services.actions import (
    DelegateSettings,
    DirectResponseSettings,
    RedirectSettings,
    RequestPolicies,
    RewriteSettings,
    Weight,
)
from components.services.callers import CallerSettings, Calls
from components.services.matching import PathMatch, RouteMatch
from components.services.proxy import WorkloadProxy
from components.settings.api import Api
from components.settings.field_types import DnsLabel, DnsName, Host, LabelKey, LabelValue, Port, ReleaseName
from components.settings.model import SettingsModel

TrafficPolicy = dict[str, object]
"""A TrafficPolicy in Istio's own field names; its fields are checked as those of a DestinationRule are."""


class ServiceProtocol(StrEnum):
    """What a service speaks."""

    HTTP = "HTTP"
    HTTP2 = "HTTP2"
    GRPC = "GRPC"
    TCP = "TCP"
    TLS = "TLS"

    @property
    def http(self) -> bool:
        """Whether requests can be told apart, and so be routed one by one."""
        return self not in (ServiceProtocol.TCP, ServiceProtocol.TLS)


class ServicePort(SettingsModel):
    """One port of a service, beside its first one."""

    port: Annotated[Port, Field(examples=[9090])]
    """The port of the Service."""
    protocol: ServiceProtocol = ServiceProtocol.HTTP
    """What is spoken on it: HTTP goes by the routes of the service, TCP and TLS beside HTTP pass as they are."""
    target_port: Port | None = None
    """The port of the pods; `port` when left out."""
    traffic_policy: TrafficPolicy | None = None
    """What holds for this port alone, as in `portLevelSettings` of a DestinationRule; the rest is the service's own."""


class VersionSettings(SettingsModel):
    """One version of a service: some of its pods."""

    labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1)] | None = None
    """The labels that tell its pods from the others; `version: NAME` when left out."""
    traffic_policy: TrafficPolicy | None = None
    """What holds for this version instead of the service's own policy."""


class WeightedDestination(SettingsModel):
    """One of the places where requests of a route go."""

    service: DnsLabel | None = None
    """An entry of `services`; this service when left out."""
    version: DnsLabel | None = None
    """A version of it; all of them when left out."""
    weight: Weight | None = None
    """Share of the requests in percent; required when there are several destinations."""


class TesterSettings(SettingsModel):
    """Requests that always get one version, before any other route and any weight."""

    match: Annotated[RouteMatch, Field(examples=[{"headers": {"x-canary": {"exact": "true"}}}])]
    """How the testers' requests are recognised."""
    version: Annotated[DnsLabel, Field(examples=["v2"])]
    """The version that they get."""


class RouteSettings(RequestPolicies):
    """One route: which requests, and where they go. The first route that matches is taken."""

    name: DnsLabel
    """A name for messages, logs and the simulator."""
    match: Annotated[tuple[RouteMatch, ...], Field(min_length=1, examples=[[{"path": {"prefix": "/api"}}]])]
    """Which requests are meant; one of these is enough."""
    version: DnsLabel | None = None
    """The version of this service that gets them."""
    weights: Annotated[dict[DnsLabel, Weight], Field(min_length=1)] | None = None
    """The share of each version of this service, in percent; the service's own where nothing says who gets them."""
    destinations: Annotated[tuple[WeightedDestination, ...], Field(min_length=1)] | None = None
    """Where they go, when other services take part."""
    redirect: RedirectSettings | None = None
    """Callers are sent elsewhere."""
    direct_response: DirectResponseSettings | None = None
    """An answer without any service."""
    delegate: DelegateSettings | None = None
    """Another VirtualService, one without hosts, decides; what none of its routes is for goes on to the next route."""
    rewrite: RewriteSettings | None = None
    """What the service sees instead of what was asked."""


class ExposureSettings(SettingsModel):
    """How a service is reached through a gateway."""

    gateway: Annotated[ReleaseName, Field(examples=["ingressgateway"])]
    """A gateway of `gateways`."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, examples=[["shop.example.com"]])]
    """The hosts under which it is reached; each has to be served by the gateway."""
    paths: Annotated[tuple[PathMatch, ...], Field(min_length=1)] | None = None
    """The part of the hosts that is this service's; everything when left out. The most specific path comes first."""
    port: Port | None = None
    """The port of the Service to which the gateway leads: one of `ports`; the service's `port` when left out."""


class ServiceSettings(RequestPolicies):
    """One service. Its key is the name of the Kubernetes Service, unless `name` says otherwise."""

    namespace: Annotated[DnsLabel, Field(examples=["shop"])]
    """The namespace of the Service and its pods."""
    name: DnsLabel | None = None
    """The name of the Kubernetes Service; the key when left out."""
    port: Annotated[Port, Field(examples=[8080])]
    """The port of the Service to which gateways and routes of other services lead."""
    target_port: Port | None = None
    """The port of the pods, for the Services of versions that `api: gateway` needs; `port` when left out."""
    protocol: ServiceProtocol = ServiceProtocol.HTTP
    """What is spoken on the port."""
    ports: tuple[ServicePort, ...] = ()
    """Its further ports. Those that are not told pass too, but no gateway leads there, and no check knows of them."""
    api: Api = Api.ISTIO
    """Whether routes are written as VirtualServices or as HTTPRoutes of the Gateway API."""
    selector: Annotated[dict[LabelKey, LabelValue], Field(min_length=1)] | None = None
    """The labels of the pods; `app: NAME` when left out."""
    service_account: DnsName | None = None
    """The service account of its pods, by which others know who calls; NAME when left out, as in Istio's samples."""
    versions: dict[DnsLabel, VersionSettings] = Field(default_factory=dict[str, VersionSettings])
    """The versions that run side by side, by name."""
    weights: Annotated[dict[DnsLabel, Weight], Field(min_length=1)] | None = None
    """The share of each version in percent, where no route says otherwise; by number of pods when left out."""
    testers: tuple[TesterSettings, ...] = ()
    """Requests that always get one version."""
    routes: tuple[RouteSettings, ...] = ()
    """Routes for some of the requests, in order."""
    traffic_policy: TrafficPolicy | None = None
    """Connection pools, load balancing, outlier detection and TLS, as in a DestinationRule."""
    exposure: tuple[ExposureSettings, ...] = ()
    """The gateways through which it is reached."""
    calls: Calls | None = None
    """What it calls: names of `services` and `externals`, or `{service: NAME, methods, paths, ports}`.

    Its proxies learn of nothing else, and with `authorization` each callee takes these calls. All when left out.
    """
    callers: tuple[CallerSettings, ...] | None = None
    """Who else may call it, beside those that name it in `calls` and the gateways that expose it; for `authorization`.

    An empty list says that nobody else shall.
    """
    proxy: WorkloadProxy | None = None
    """The sidecars of this service."""
