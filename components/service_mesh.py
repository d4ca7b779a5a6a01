"""The whole mesh: the only place that knows the order of its parts."""

from collections.abc import Mapping, Sequence

import pulumi

from components.base.component import MeshBase, MeshBaseArgs
from components.control_plane.component import ControlPlane, ControlPlaneArgs
from components.control_plane.environment import implied_environment
from components.control_plane.gate import WebhookGate, WebhookGateArgs
from components.control_plane.trust_bundles import TrustBundles, TrustBundlesArgs
from components.control_plane.webhooks import Revision
from components.gateways.component import MeshGateway, MeshGatewayArgs
from components.gateways.endpoint import Endpoint
from components.gateways.secrets import reads_secrets
from components.namespaces.component import Namespaces, NamespacesArgs
from components.namespaces.contents import Transformation, going_with
from components.namespaces.specs import foreign_namespaces, mesh_namespaces
from components.next_steps import next_steps
from components.observability.addons.charts import installed_addons
from components.observability.addons.endpoints import dashboard_urls
from components.observability.alerts.collection import collecting_mesh_config
from components.observability.dashboards.checks import dashboard_namespace
from components.observability.operator import operator_home
from components.observability.telemetry.collectors import with_providers
from components.platform.child import child_options
from components.security.mtls.component import MtlsPolicies, MtlsPoliciesArgs
from components.services.pod_metadata import PodMetadata, deployment_patches, printed_metadata
from components.services.specs import derived
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.secrets import Secrets
from components.tls.references import placements, secret_names

with imported_when_used():
    from components.observability.deployment import deploy_observability
    from components.resources.component import Resources, ResourcesArgs
    from components.resources.specs import resource_manifest
    from components.samples.bookinfo.component import Bookinfo, BookinfoArgs
    from components.security.network_policies.component import NetworkPolicies, NetworkPoliciesArgs
    from components.security.network_policies.specs import network_policies
    from components.security.roles.component import MeshRoles, MeshRolesArgs
    from components.security.roles.specs import role_manifests
    from components.services.component import WorkloadProxies, WorkloadProxiesArgs
    from components.tls.component import (
        CertificateAuthority,
        CertificateAuthorityArgs,
        GatewayCertificates,
        GatewayCertificatesArgs,
    )
    from components.tls.settings import ExistingTls


class ServiceMesh(pulumi.ComponentResource):
    """Installs a mesh: namespaces, CRDs, istiod, and, once its webhooks answer, all that needs them."""

    version: str
    profile: str
    gateways: Mapping[str, pulumi.Output[Endpoint]]
    next_steps: pulumi.Output[list[str]]
    dashboards: Mapping[str, str]
    """The page of each addon; empty without addons."""
    pod_metadata: Mapping[str, PodMetadata]
    """What the user has to write onto pods, by service; empty when the program does it, or nobody has to."""

    def __init__(
        self, name: str, settings: MeshSettings, secrets: Secrets, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("istiomesh:index:ServiceMesh", name, {}, opts)
        self._transformations_of_parts: list[Transformation] = []
        gate = self._serving_control_plane(name, settings, secrets, opts)
        mtls = MtlsPolicies(
            f"{name}-mtls",
            MtlsPoliciesArgs(mtls=settings.mtls, root_namespace=settings.control_plane.namespace),
            self._after([gate], opts),
        )
        certificates = self._gateway_certificates(name, settings, secrets, self._after([gate], opts))
        gateways = {
            gateway: MeshGateway(
                f"{name}-gateway-{gateway}",
                MeshGatewayArgs(
                    istio=settings.istio,
                    gateway=one,
                    gateway_name=gateway,
                    secret_names=secret_names(settings),
                    reads_secrets=reads_secrets(settings, gateway),
                ),
                self._after([gate, *certificates], opts),
            )
            for gateway, one in settings.gateways.items()
        }
        self._traffic(name, settings, self._after([gate], opts))
        self._observability(name, settings, secrets, self._after([gate], opts))
        if sample := settings.samples.bookinfo:
            Bookinfo(
                f"{name}-bookinfo",
                BookinfoArgs(
                    sample=sample,
                    gateway_namespace=settings.gateways[sample.gateway].namespace,
                    services=settings.services,
                ),
                self._after([gate, mtls, *gateways.values()], opts),
            )
        self.version = settings.istio.version
        self.profile = settings.profile.value
        self.dashboards = dashboard_urls(settings.addons)
        self.pod_metadata = printed_metadata(settings)
        self.gateways = {gateway: one.endpoint for gateway, one in gateways.items()}
        self.next_steps = pulumi.Output.all(*self.gateways.values()).apply(
            lambda found: next_steps(settings, dict(zip(self.gateways, found, strict=True)))
        )
        self.register_outputs({"version": self.version, "profile": self.profile, "gateways": self.gateways})

    def _traffic(self, name: str, settings: MeshSettings, opts: pulumi.ResourceOptions) -> None:
        """Objects of the stack file and of its services, and what pods say of their sidecars.

        They need the webhooks and no gateway: a route may be there before the gateway that it is for.
        """
        given = [resource_manifest(entry, settings.istio.version) for entry in settings.resources]
        if manifests := [*given, *(one.manifest for one in derived(settings))]:
            Resources(f"{name}-resources", ResourcesArgs(manifests=manifests), opts)
        if patches := list(deployment_patches(settings)):
            WorkloadProxies(f"{name}-proxies", WorkloadProxiesArgs(patches=patches), opts)

    def _observability(self, name: str, settings: MeshSettings, secrets: Secrets, opts: pulumi.ResourceOptions) -> None:
        if operator_home(settings) or installed_addons(settings.addons) or dashboard_namespace(settings):
            deploy_observability(name, settings, secrets, opts)

    def _serving_control_plane(
        self, name: str, settings: MeshSettings, secrets: Secrets, opts: pulumi.ResourceOptions | None
    ) -> WebhookGate:
        """Everything up to the gate behind which the webhooks of istiod answer."""
        root_namespace, protected = settings.control_plane.namespace, settings.deletion_protection
        namespaces = Namespaces(
            f"{name}-namespaces",
            NamespacesArgs(
                namespaces=mesh_namespaces(settings),
                protected=protected,
                retained=root_namespace if protected else None,
            ),
            self._after([], opts),
        )
        self._transformations_of_parts.append(going_with(namespaces.going))
        control_plane = ControlPlane(
            f"{name}-control-plane",
            ControlPlaneArgs(
                istio=settings.istio,
                control_plane=settings.control_plane,
                mesh_config=with_providers(settings, collecting_mesh_config(settings)),
                proxy=settings.proxy,
                implied=implied_environment(settings),
            ),
            self._after(self._before_istiod(name, settings, secrets, self._after([namespaces], opts)), opts),
        )
        gate = WebhookGate(
            f"{name}-gate",
            WebhookGateArgs(revision=Revision(namespace=root_namespace), version=settings.istio.version),
            self._after([control_plane], opts),
        )
        TrustBundles(
            f"{name}-trust-bundles",
            TrustBundlesArgs(
                root_namespace=root_namespace,
                root_uid=namespaces.uids[root_namespace],
                namespaces=foreign_namespaces(settings),
            ),
            self._after([gate], opts),
        )
        return gate

    def _before_istiod(
        self, name: str, settings: MeshSettings, secrets: Secrets, opts: pulumi.ResourceOptions
    ) -> list[pulumi.Resource]:
        """The CRDs, the certificate authority and the network policies where the stack has them.

        Neither of the first two may go by mistake; with policies that are there first, no pod is ever without one.
        """
        root_namespace = settings.control_plane.namespace
        guarded = pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(protect=settings.deletion_protection or None)
        )
        parts: list[pulumi.Resource] = [
            MeshBase(f"{name}-base", MeshBaseArgs(istio=settings.istio, root_namespace=root_namespace), guarded)
        ]
        if authority := settings.certificate_authority:
            args = CertificateAuthorityArgs(authority=authority, root_namespace=root_namespace, secrets=secrets)
            parts.append(CertificateAuthority(f"{name}-ca", args, guarded))
        if settings.roles.given:
            MeshRoles(f"{name}-roles", MeshRolesArgs(manifests=role_manifests(settings)), opts)
        if settings.network_policies.enabled:
            args = NetworkPoliciesArgs(policies=network_policies(settings))
            parts.append(NetworkPolicies(f"{name}-network-policies", args, opts))
        return parts

    def _gateway_certificates(
        self, name: str, settings: MeshSettings, secrets: Secrets, opts: pulumi.ResourceOptions
    ) -> list[pulumi.Resource]:
        """The certificates that the program makes itself; none when gateways use none, or only Secrets of others."""
        own = [one for one in placements(settings) if not isinstance(settings.tls[one.name], ExistingTls)]
        if not own:
            return []
        args = GatewayCertificatesArgs(entries=settings.tls, placements=own, secrets=secrets)
        return [GatewayCertificates(f"{name}-tls", args, opts)]

    def _after(self, parts: Sequence[pulumi.Resource], opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        """Options of a part of the mesh that comes after `parts`, and after whatever the whole mesh comes after."""
        of_parts = pulumi.ResourceOptions(depends_on=list(parts), transformations=[*self._transformations_of_parts])
        return pulumi.ResourceOptions.merge(child_options(self, opts), of_parts)
