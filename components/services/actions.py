"""Settings of what happens to requests: timeouts, retries, faults, mirrors, changes."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.services.matching import HttpMethod, TextMatch
from components.settings.field_types import DnsLabel, Host, IstioDuration, Port, Text
from components.settings.model import SettingsModel

Share = Annotated[float, Field(ge=0, le=100, strict=False)]
"""A share of the requests in percent; Istio takes 0 and 0.0001 to 100."""
Weight = Annotated[int, Field(ge=0, le=100)]


class RetrySettings(SettingsModel):
    """How often and when a request is sent again. Source: HTTPRetry of Istio's VirtualService."""

    attempts: Annotated[int, Field(ge=0, le=100, examples=[2])]
    """How often a failed request is sent again; 0 switches Istio's own retries off."""
    per_try_timeout: IstioDuration | None = None
    """How long each attempt may take; the timeout of the route when left out."""
    retry_on: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """Conditions of Envoy and HTTP status codes; Istio's own when left out."""
    backoff: IstioDuration | None = None
    """The least time between two attempts; 25ms when left out."""


class FaultDelay(SettingsModel):
    """Requests that are held back."""

    percentage: Share
    """Share of the requests in percent."""
    fixed_delay: IstioDuration
    """How long they are held back."""


class FaultAbort(SettingsModel):
    """Requests that are answered at once, without the service."""

    percentage: Share
    """Share of the requests in percent."""
    http_status: Annotated[int, Field(ge=200, le=599)] | None = None
    """The status of the answer; for HTTP."""
    grpc_status: Text | None = None
    """The status of the answer by name, such as UNAVAILABLE; for gRPC."""


class FaultSettings(SettingsModel):
    """Faults that are put in on purpose, to see what callers make of them."""

    delay: FaultDelay | None = None
    """Requests that are held back."""
    abort: FaultAbort | None = None
    """Requests that are answered without the service."""


class MirrorSettings(SettingsModel):
    """Where copies of requests go; their answers are dropped."""

    service: DnsLabel | None = None
    """An entry of `services`; this service when left out."""
    version: DnsLabel | None = None
    """A version of it; all of them when left out."""
    percentage: Share = 100
    """Share of the requests that are copied, in percent."""


class HeaderOperations(SettingsModel):
    """Changes of headers."""

    set: dict[Text, str] = Field(default_factory=dict[str, str])
    """Headers that get this value, whatever they had."""
    add: dict[Text, str] = Field(default_factory=dict[str, str])
    """Values that are appended."""
    remove: tuple[Text, ...] = ()
    """Headers that are taken away."""


class HeaderSettings(SettingsModel):
    """Changes of the headers of requests and answers."""

    request: HeaderOperations = HeaderOperations.defaults()
    """Headers on the way to the service."""
    response: HeaderOperations = HeaderOperations.defaults()
    """Headers on the way back."""


class CorsSettings(SettingsModel):
    """Which pages of other origins may call. Source: CorsPolicy of Istio's VirtualService."""

    allow_origins: Annotated[tuple[TextMatch, ...], Field(min_length=1, examples=[[{"exact": "https://example.com"}]])]
    """The origins: scheme, host and port where it is not the usual one."""
    allow_methods: tuple[HttpMethod, ...] = ()
    """Methods that may be used."""
    allow_headers: tuple[Text, ...] = ()
    """Headers that may be sent."""
    expose_headers: tuple[Text, ...] = ()
    """Headers of the answer that pages may read."""
    max_age: IstioDuration | None = None
    """How long a browser may remember this; whole seconds."""
    allow_credentials: bool | None = None
    """Whether cookies and credentials may be sent."""


class RewriteSettings(SettingsModel):
    """What the service sees instead of what was asked: one of path and prefix, and the authority."""

    path: Text | None = None
    """The whole path."""
    prefix: Text | None = None
    """What takes the place of the path or prefix that matched."""
    authority: Host | None = None
    """The host."""


class RedirectScheme(StrEnum):
    """Schemes of a redirect."""

    HTTP = "http"
    HTTPS = "https"


class RedirectSettings(SettingsModel):
    """Where callers are sent: what is left out stays as it was asked for."""

    path: Text | None = None
    """The whole path."""
    authority: Host | None = None
    """The host."""
    scheme: RedirectScheme | None = None
    """http or https."""
    port: Port | None = None
    """The port."""
    code: Annotated[int, Field(ge=301, le=308)] = 301
    """301, 302, 303, 307 or 308."""


class DirectResponseSettings(SettingsModel):
    """An answer without any service."""

    status: Annotated[int, Field(ge=200, le=599, examples=[503])]
    """The status of the answer."""
    body: str | None = None
    """The text of the answer."""


class DelegateSettings(SettingsModel):
    """Another VirtualService that decides, for instance one of another team."""

    name: DnsLabel
    """Its name."""
    namespace: DnsLabel
    """Its namespace."""


class RequestPolicies(SettingsModel):
    """What holds for the requests of a route. On a service: for all of its routes that do not say otherwise."""

    timeout: IstioDuration | None = None
    """How long a caller waits for the whole answer, retries included; for ever when left out."""
    retries: RetrySettings | None = None
    """How often and when a request is sent again; Istio does so up to two times when left out."""
    fault: FaultSettings | None = None
    """Faults that are put in on purpose."""
    mirrors: Annotated[tuple[MirrorSettings, ...], Field(min_length=1)] | None = None
    """Where copies of requests go."""
    headers: HeaderSettings | None = None
    """Changes of headers."""
    cors_policy: CorsSettings | None = None
    """Which pages of other origins may call."""
