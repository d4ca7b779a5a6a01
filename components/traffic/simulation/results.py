"""What a simulation tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from components.traffic.simulation.request import Request


class Outcome(StrEnum):
    """What becomes of a request."""

    FORWARDED = "forwarded"
    """It goes to one of the destinations."""
    REDIRECTED = "redirected"
    """The proxy answers with another place."""
    ANSWERED = "answered"
    """The proxy answers itself: a directResponse, an abort of all requests, or a preflight of CORS."""
    NOT_FOUND = "notFound"
    """No route takes it: the proxy answers 404."""
    REFUSED = "refused"
    """There is no connection on which it could be sent."""
    PASSED_THROUGH = "passedThrough"
    """The mesh does not know the host, and lets the request out as it is."""
    BLOCKED = "blocked"
    """The mesh does not know the host, and drops the request."""
    DENIED = "denied"
    """Policies of security refuse it at the gateway."""


class Decision(StrEnum):
    """What policies of security decide about a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"
    """It depends on what a simulation does not know."""


@dataclass(frozen=True, kw_only=True)
class Security:
    """What the policies of one proxy decide about a request, and which of them."""

    decision: Decision
    reason: str
    policy: str | None = None
    """The policy that decides, with kind, namespace and name; None where none does."""
    path: str | None = None
    """Where its rule, or what it is derived from, stands in the stack file."""
    status: int | None = None
    """The status of the answer when it is denied; None where the connection is refused."""
    mtls: str | None = None
    """What the workload accepts: STRICT, PERMISSIVE or DISABLE; None at a gateway."""
    mtls_policy: str | None = None
    """The PeerAuthentication that says so; None for Istio's default."""
    mutual: bool | None = None
    """Whether the connection is mutual TLS; None at a gateway."""
    principal: str | None = None
    """The identity that the workload sees."""
    token: str | None = None
    """What became of the token; None where nothing checks tokens."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Way:
    """The proxy that takes the request first, and how it finds routes."""

    proxy: str
    """NAMESPACE/NAME of a gateway's pods, or of the calling service."""
    sidecar: bool
    gateway: str | None = None
    """The Gateway whose server takes it, with kind, namespace and name; None in a sidecar."""
    server: str | None = None
    """The port, protocol and hosts of the server, or of the listener."""
    scope: str | None = None
    """The Sidecar that says what the caller's proxy knows; None where it knows everything that is exported to it."""
    domain: str | None = None
    """The domain of the virtual host by which Envoy found the routes."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The rule that takes the request."""

    source: str
    rule: str
    match: int | None
    """The position of its match that is met; None for a rule without matches."""
    path: str
    """Where the rule, or what it is derived from, stands in the stack file."""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A rule, or one match of it, that was tried before."""

    source: str
    rule: str
    match: int | None
    reason: str
    """The first condition that is not met."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """One of the places where the request may go."""

    host: str
    port: int | None
    subset: str | None
    percent: float
    """Its share of such requests."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """The labels of the pods, where a subset or the Service of a version says so."""
    rule: str | None = None
    """The DestinationRule that holds for it."""
    policy: Mapping[str, object] = field(default_factory=dict[str, object])
    """The TrafficPolicy for it, those of the subset and of the port merged in."""
    headers: Mapping[str, object] = field(default_factory=dict[str, object])
    """Changes of headers for this destination only."""
    problem: str | None = None
    """Why no request arrives there."""
    status: int | None = None
    """The status with which the proxy then answers."""
    security: Security | None = None
    """What its policies decide; None where nothing is known of its pods."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the proxy itself answers."""

    status: int
    location: str | None = None
    body: str | None = None


@dataclass(frozen=True, kw_only=True)
class Action:
    """What the rule that was taken does."""

    outcome: Outcome
    answer: Answer | None = None
    destinations: tuple[Destination, ...] = ()
    path: str | None = None
    """Path and query as the service sees them."""
    authority: str | None = None
    """The host as the service sees it."""
    policies: Mapping[str, object] = field(default_factory=dict[str, object])
    """timeout, retries, fault, mirrors, headers and corsPolicy, in the fields of a VirtualService."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """All that is known about one request."""

    request: Request
    """As Envoy sees it: with the path normalized, unless it does not look into the connection."""
    way: Way | None
    action: Action
    taken: Taken | None = None
    skipped: tuple[Skipped, ...] = ()
    security: Security | None = None
    """What the policies of the gateway decide; None where the request does not come through one."""
    notes: tuple[str, ...] = ()
    """What is not known before the deployment, or easily overlooked."""
