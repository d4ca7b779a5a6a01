"""The root of the stack file: everything below `mesh`."""

from typing import Annotated

from pydantic import Field

from components.control_plane.settings import ControlPlaneSettings
from components.gateways.settings import GatewaySettings
from components.mesh_config.settings import MeshConfigSettings
from components.mesh_config.sidecars import ProxySettings
from components.namespaces.settings import NamespaceSettings
from components.observability.addons.settings import AddonsSettings
from components.observability.alerts.settings import AlertsSettings
from components.observability.dashboards.settings import DashboardsSettings
from components.observability.telemetry.settings import TelemetrySettings
from components.platform.settings import ClusterSettings, IstioSettings
from components.samples.settings import SamplesSettings
from components.security.mtls.settings import MtlsSettings
from components.security.network_policies.settings import NetworkPoliciesSettings
from components.security.path_parameters.settings import PathParameters
from components.security.roles.settings import RolesSettings
from components.settings.field_types import DnsLabel, ReleaseName
from components.settings.later import imported_when_used
from components.settings.model import SettingsModel
from components.settings.profiles import Profile

with imported_when_used():
    from components.resources.settings import ResourceSettings
    from components.security.authorization.settings import AuthorizationSettings
    from components.security.jwt.settings import JwtSettings
    from components.services.externals import ExternalSettings
    from components.services.settings import ServiceSettings
    from components.tls.settings import ProvidedAuthority, TlsSettings


class MeshSettings(SettingsModel):
    """One whole mesh, with its profile's defaults already merged in.

    Values that a profile owns have no default here, so that there is one place where each of them is written.
    """

    profile: Annotated[Profile, Field(examples=["demo"])]
    """The kind of environment: demo or production."""
    istio: Annotated[IstioSettings, Field(examples=[{"version": "1.30.3"}])]
    """Which Istio is installed, and from where."""
    cluster: ClusterSettings = ClusterSettings.defaults()
    """Which cluster the stack is for."""
    deletion_protection: bool
    """Whether Pulumi refuses to delete what cannot be had back: created namespaces, the CRDs, and `cacerts`.

    Set it to false and deploy once before a destroy that is meant.
    """
    namespaces: dict[DnsLabel, NamespaceSettings] = Field(default_factory=dict[str, NamespaceSettings])
    """Namespaces that the program creates or labels, by name."""
    control_plane: ControlPlaneSettings
    """istiod."""
    mesh_config: MeshConfigSettings = MeshConfigSettings.defaults()
    """MeshConfig: how istiod and all proxies of the mesh work."""
    proxy: ProxySettings = ProxySettings.defaults()
    """The sidecars of the mesh."""
    mtls: MtlsSettings
    """Mutual TLS for the whole mesh."""
    authorization: AuthorizationSettings | None = None
    """Who may call whom: default deny, and what `calls` and `callers` of services allow. Nothing is refused without."""
    jwt: dict[DnsLabel, JwtSettings] = Field(default_factory=dict[str, JwtSettings])
    """JSON web tokens that are accepted or required, by name."""
    path_parameters: PathParameters
    """Whether proxies refuse paths in which a ';' hides a segment: '/files/..;/admin' passes a rule for '/files/*',
    and Tomcat and Jetty take it for '/admin'. REFUSE_TRAVERSAL answers 403 where nothing, '.' or '..' stands before the
    ';'; other parameters pass."""
    network_policies: NetworkPoliciesSettings
    """Who may connect to istiod and the gateways, and what workloads may call, by Kubernetes NetworkPolicies."""
    roles: RolesSettings = RolesSettings.defaults()
    """Which groups may change or read the mesh, by Kubernetes' RBAC."""
    tls: dict[DnsLabel, TlsSettings] = Field(default_factory=dict[str, TlsSettings])
    """Certificates of the gateways by name: provided, existing, or from cert-manager."""
    certificate_authority: ProvidedAuthority | None = None
    """A certificate authority of one's own for the workloads; istiod makes one itself when left out."""
    gateways: dict[ReleaseName, GatewaySettings] = Field(default_factory=dict[str, GatewaySettings])
    """Gateways by name."""
    services: dict[DnsLabel, ServiceSettings] = Field(default_factory=dict[str, ServiceSettings])
    """Services by name: how traffic reaches them, and what they call."""
    externals: dict[DnsLabel, ExternalSettings] = Field(default_factory=dict[str, ExternalSettings])
    """Services outside the mesh by name."""
    telemetry: TelemetrySettings
    """What proxies tell about requests: traces, access logs and metrics."""
    resources: tuple[ResourceSettings, ...] = ()
    """Objects of Istio and of the Gateway API as they stand in documentation, each checked against its CRD."""
    alerts: AlertsSettings
    """Alerts on the mesh, what Prometheus collects for them, and who is told."""
    addons: AddonsSettings = AddonsSettings.defaults()
    """Prometheus, Grafana, Jaeger and Kiali."""
    dashboards: DashboardsSettings = DashboardsSettings.defaults()
    """Dashboards for Grafana."""
    samples: SamplesSettings = SamplesSettings.defaults()
    """Sample applications."""
