"""Settings of the sidecars that are no part of MeshConfig, in the words of the chart istiod (global.proxy)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import Cidr, DnsLabel, HeaderName, Port, Text
from components.settings.model import SettingsModel
from components.settings.workload import Resources


class ProxyLogLevel(StrEnum):
    """Log levels of Envoy."""

    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"
    OFF = "off"


class ExecAction(SettingsModel):
    """A program that runs in the proxy's container."""

    command: Annotated[tuple[Text, ...], Field(min_length=1, examples=[["/bin/sh", "-c", "sleep 5"]])]
    """The program and its arguments."""


class UriScheme(StrEnum):
    """How an HTTP request is sent."""

    HTTP = "HTTP"
    HTTPS = "HTTPS"


class HttpHeader(SettingsModel):
    """One header of a request."""

    name: Annotated[HeaderName, Field(examples=["x-hook"])]
    """Its name."""
    value: Annotated[Text, Field(examples=["drain"])]
    """Its value."""


class HttpGetAction(SettingsModel):
    """An HTTP request that the node sends to the pod."""

    port: Annotated[Port | DnsLabel, Field(examples=[15020])]
    """The port, by number or by its name in the container."""
    path: Text | None = None
    """The path; '/' when left out."""
    scheme: UriScheme | None = None
    """HTTP when left out."""
    host: Text | None = None
    """Another host than the pod."""
    http_headers: tuple[HttpHeader, ...] | None = None
    """Headers of the request."""


class SleepAction(SettingsModel):
    """A pause."""

    seconds: Annotated[int, Field(ge=0, examples=[5])]
    """Its length; it ends with the pod's terminationGracePeriodSeconds at the latest."""


class LifecycleHandler(SettingsModel):
    """One thing that Kubernetes does; exactly one of the keys."""

    exec: ExecAction | None = None
    """Run a program."""
    http_get: HttpGetAction | None = None
    """Send an HTTP request."""
    sleep: SleepAction | None = None
    """Wait."""


class ProxyLifecycle(SettingsModel):
    """Hooks of the proxy's container. They replace Istio's own, which wait for the proxy and drain it."""

    post_start: LifecycleHandler | None = None
    """When the container has started; the next one starts only after it."""
    pre_stop: LifecycleHandler | None = None
    """Before the container is stopped."""


class ProxySettings(SettingsModel):
    """The sidecars of the mesh. Pods take a change when they are restarted; annotations of a pod override it."""

    resources: Resources = Resources.defaults()
    """CPU and memory of each sidecar."""
    log_level: ProxyLogLevel | None = None
    """Envoy's log level; warning when left out."""
    include_ip_ranges: Annotated[tuple[Cidr, ...] | None, Field(alias="includeIPRanges", min_length=1)] = None
    """Destinations whose traffic goes through the sidecar; all when left out. All else goes around the mesh."""
    exclude_ip_ranges: Annotated[tuple[Cidr, ...] | None, Field(alias="excludeIPRanges")] = None
    """Destinations whose traffic goes around the sidecar."""
    include_inbound_ports: tuple[Port, ...] | None = None
    """Ports on which inbound traffic goes through the sidecar; all when left out."""
    exclude_inbound_ports: tuple[Port, ...] | None = None
    """Ports on which inbound traffic goes around the sidecar."""
    include_outbound_ports: tuple[Port, ...] | None = None
    """Ports to which traffic goes through the sidecar, whatever the ranges say."""
    exclude_outbound_ports: tuple[Port, ...] | None = None
    """Ports to which traffic goes around the sidecar."""
    lifecycle: ProxyLifecycle | None = None
    """Hooks of the proxy's container instead of Istio's own."""
