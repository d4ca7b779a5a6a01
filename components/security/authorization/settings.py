"""Settings of authorization, in the words of Istio's AuthorizationPolicy where it has them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.services.callers import SourceSettings
from components.services.matching import HttpMethod
from components.settings.field_types import Date, DnsLabel, DnsName, Port, ReleaseName, Text
from components.settings.model import SettingsModel


class Stage(StrEnum):
    """Whether policies are tried or take effect."""

    AUDIT = "audit"
    ENFORCE = "enforce"


class DefaultDeny(StrEnum):
    """What takes nobody but the callers that are declared."""

    NONE = "none"
    SERVICES = "services"
    NAMESPACES = "namespaces"
    MESH = "mesh"


class NamespaceDeny(StrEnum):
    """The same within one namespace."""

    NONE = "none"
    SERVICES = "services"
    NAMESPACE = "namespace"


class RuleAction(StrEnum):
    """What becomes of requests that a rule is for. For CUSTOM see `external`."""

    ALLOW = "ALLOW"
    DENY = "DENY"
    AUDIT = "AUDIT"


class RuleSource(SourceSettings):
    """Who, and who not."""

    not_service_accounts: tuple[Text, ...] = ()
    """All but these service accounts."""
    not_principals: tuple[Text, ...] = ()
    """All but these identities."""
    not_namespaces: tuple[Text, ...] = ()
    """All but these namespaces."""
    not_ip_blocks: tuple[Text, ...] = ()
    """All but these addresses of the connection."""
    not_remote_ip_blocks: tuple[Text, ...] = ()
    """All but these addresses of the original client."""
    not_request_principals: tuple[Text, ...] = ()
    """All but these; ['*'] is for requests without a valid token."""


class RuleOperation(SettingsModel):
    """What: everything that is given has to hold, of each list one entry."""

    hosts: tuple[Text, ...] = ()
    """Hosts without regard to case; a '*' may begin or end one. Also `HOST:*`, for clients that send the port."""
    methods: tuple[HttpMethod, ...] = ()
    """Methods."""
    paths: tuple[Text, ...] = ()
    """Paths: '/api', '/api/*', '*.html', '/api/{*}/{**}'."""
    ports: tuple[Port, ...] = ()
    """Ports of the pods (not of their Service)."""
    not_hosts: tuple[Text, ...] = ()
    """All but these hosts."""
    not_methods: tuple[HttpMethod, ...] = ()
    """All but these methods."""
    not_paths: tuple[Text, ...] = ()
    """All but these paths."""
    not_ports: tuple[Port, ...] = ()
    """All but these ports."""


class RuleCondition(SettingsModel):
    """A further condition. Source: istio.io/latest/docs/reference/config/security/conditions."""

    key: Annotated[Text, Field(examples=["request.auth.claims[group]"])]
    """An attribute such as request.headers[x-team], request.auth.claims[group], connection.sni or source.ip."""
    values: tuple[Text, ...] = ()
    """Values of which it needs one."""
    not_values: tuple[Text, ...] = ()
    """Values that it must not have."""


class TargetKind(StrEnum):
    """What a policy can be attached to (PolicyTargetReference in Istio's API)."""

    GATEWAY = "Gateway"
    GATEWAY_CLASS = "GatewayClass"
    SERVICE = "Service"
    SERVICE_ENTRY = "ServiceEntry"


class TargetReference(SettingsModel):
    """A Gateway that Istio runs itself, or the waypoint of a service, in the words of Istio's targetRefs."""

    kind: Annotated[TargetKind, Field(examples=["Gateway"])]
    """Gateway, Service, ServiceEntry or GatewayClass."""
    name: Annotated[DnsName, Field(examples=["waypoint"])]
    """Its name."""
    namespace: Annotated[DnsLabel, Field(examples=["shop"])]
    """Its namespace, in which the policy is put."""


class Targets(SettingsModel):
    """Where a policy holds; one or several of these."""

    services: tuple[DnsLabel, ...] = ()
    """At entries of `services`."""
    gateways: tuple[ReleaseName, ...] = ()
    """At entries of `gateways`."""
    namespaces: tuple[DnsLabel, ...] = ()
    """At every workload of these namespaces."""
    target_refs: tuple[TargetReference, ...] = ()
    """At Gateways and waypoints that Istio runs itself, which no label selects."""


class Conditions(SettingsModel):
    """Which requests; one entry of `from`, one of `to` and all of `when` have to hold."""

    from_: Annotated[tuple[RuleSource, ...], Field(alias="from", examples=[[{"namespaces": ["monitoring"]}]])] = ()
    """Who; everybody when left out."""
    to: tuple[RuleOperation, ...] = ()
    """What; everything when left out."""
    when: tuple[RuleCondition, ...] = ()
    """Further conditions."""


class RuleSettings(Targets, Conditions):
    """A policy of one's own: what is always refused, marked, or allowed beside the declared callers."""

    action: Annotated[RuleAction, Field(examples=["DENY"])]
    """DENY comes before every ALLOW. Of pods with any ALLOW, only what some ALLOW takes gets in. AUDIT marks requests
    for a plugin or the access log, and does nothing by itself; to try a rule, use `stage: audit`."""
    mesh: bool = False
    """At every workload of the mesh, gateways too."""
    stage: Stage | None = None
    """audit tries it without effect; as for the mesh or the namespace when left out. Not for AUDIT."""
    reason: Text | None = None
    """Why; written into the policy as an annotation. Production wants it where everybody is allowed."""


class ExceptionSettings(Targets, Conditions):
    """Somebody who may call for now, although nothing declares it."""

    reason: Text | None = None
    """Why; required in production, and written into the policy as an annotation."""
    until: Date | None = None
    """The last day on which it holds; a preview after it is refused. Required in production."""


class ExternalAuthorization(Targets, Conditions):
    """A server that is asked about requests (CUSTOM): by ext_authz, before every DENY and ALLOW."""

    provider: Annotated[Text, Field(examples=["ext-authz"])]
    """The name of an entry of meshConfig.extensionProviders with envoyExtAuthzHttp or envoyExtAuthzGrpc."""
    mesh: bool = False
    """At every workload of the mesh, gateways too."""
    stage: Stage | None = None
    """Istio cannot try these. While the stage is audit, `enforce` here says that it takes effect all the same."""
    reason: Text | None = None
    """Why; written into the policy as an annotation."""


class NamespaceAuthorization(SettingsModel):
    """What holds in one namespace instead of the mesh's own."""

    stage: Stage | None = None
    """audit or enforce."""
    default_deny: NamespaceDeny | None = None
    """`services`: each entry of `services`; `namespace`: every other workload as well; `none`: nothing."""


class AuthorizationSettings(SettingsModel):
    """Who may call whom."""

    stage: Annotated[Stage, Field(examples=["audit"])]
    """`audit` has Istio try all policies without effect (istio.io/dry-run), so that metrics and logs show what would be
    refused; `enforce` refuses it."""
    default_deny: DefaultDeny = DefaultDeny.NONE
    """What takes nobody but declared callers: each entry of `services`, whole namespaces with such, or the mesh."""
    namespaces: dict[DnsLabel, NamespaceAuthorization] = Field(default_factory=dict[str, NamespaceAuthorization])
    """What holds in single namespaces instead, so that one after the other can be taken along."""
    exceptions: dict[DnsLabel, ExceptionSettings] = Field(default_factory=dict[str, ExceptionSettings])
    """Callers for a time, by name."""
    external: dict[DnsLabel, ExternalAuthorization] = Field(default_factory=dict[str, ExternalAuthorization])
    """Servers that are asked about requests, by name."""
    rules: dict[DnsLabel, RuleSettings] = Field(default_factory=dict[str, RuleSettings])
    """Policies of one's own, by name."""
