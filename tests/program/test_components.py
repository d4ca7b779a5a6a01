"""Every component class keeps the same contract."""

from collections.abc import Callable
from functools import cache

import pulumi
import pytest

from components.base.component import MeshBase, MeshBaseArgs
from components.control_plane.component import ControlPlane, ControlPlaneArgs
from components.control_plane.gate import WebhookGate, WebhookGateArgs
from components.control_plane.trust_bundles import TrustBundles, TrustBundlesArgs
from components.control_plane.webhooks import Revision
from components.gateways.component import MeshGateway, MeshGatewayArgs
from components.namespaces.component import Namespaces, NamespacesArgs
from components.namespaces.specs import mesh_namespaces
from components.observability.addons.component import Addons, AddonsArgs
from components.observability.alerts.component import AlertRouting, AlertRoutingArgs, AlertRules, AlertRulesArgs
from components.observability.alerts.specs import prometheus_rules
from components.observability.dashboards.component import Dashboards, DashboardsArgs
from components.observability.monitors.component import MeshMonitors, MeshMonitorsArgs
from components.observability.monitors.specs import mesh_monitors
from components.observability.operator import OperatorHome
from components.platform.manifests import kubernetes_object
from components.resources.component import Resources, ResourcesArgs
from components.resources.settings import ResourceMetadata, ResourceSettings
from components.resources.specs import resource_manifest
from components.samples.bookinfo.component import Bookinfo, BookinfoArgs
from components.samples.bookinfo.settings import BookinfoSettings
from components.security.mtls.component import MtlsPolicies, MtlsPoliciesArgs
from components.security.network_policies.component import NetworkPolicies, NetworkPoliciesArgs
from components.security.network_policies.specs import network_policies
from components.security.roles.component import MeshRoles, MeshRolesArgs
from components.security.roles.specs import role_manifests
from components.service_mesh import ServiceMesh
from components.services.component import WorkloadProxies, WorkloadProxiesArgs
from components.tls.component import (
    CertificateAuthority,
    CertificateAuthorityArgs,
    GatewayCertificates,
    GatewayCertificatesArgs,
)
from components.tls.references import Placement
from components.tls.settings import ProvidedAuthority, ProvidedTls
from tests.observability.addons.stack import ALL, production_addons
from tests.support.engine import Recorder, run
from tests.support.stacks import DEMO, PRODUCTION, demo_with, settings_of

MESH = settings_of(DEMO)
HOME = OperatorHome(namespace="monitoring")
SAMPLE = BookinfoSettings(namespace="bookinfo", gateway="ingressgateway", hosts=("*",))
RESOURCE = ResourceSettings(
    api_version="networking.istio.io/v1",
    kind="ServiceEntry",
    metadata=ResourceMetadata(name="payments", namespace="bookinfo"),
    spec={"hosts": ["payments.example.com"]},
)

Build = Callable[[str, pulumi.ResourceOptions], pulumi.ComponentResource]

COMPONENTS: dict[type[pulumi.ComponentResource], Build] = {
    Namespaces: lambda name, opts: Namespaces(name, NamespacesArgs(namespaces=mesh_namespaces(MESH)), opts),
    MeshBase: lambda name, opts: MeshBase(name, MeshBaseArgs(istio=MESH.istio, root_namespace="istio-system"), opts),
    ControlPlane: lambda name, opts: ControlPlane(
        name,
        ControlPlaneArgs(
            istio=MESH.istio, control_plane=MESH.control_plane, mesh_config=MESH.mesh_config, proxy=MESH.proxy
        ),
        opts,
    ),
    TrustBundles: lambda name, opts: TrustBundles(
        name, TrustBundlesArgs(root_namespace="istio-system", root_uid="a-uid", namespaces=["default"]), opts
    ),
    WebhookGate: lambda name, opts: WebhookGate(
        name, WebhookGateArgs(revision=Revision(namespace="istio-system"), version="1.30.3"), opts
    ),
    MtlsPolicies: lambda name, opts: MtlsPolicies(
        name, MtlsPoliciesArgs(mtls=MESH.mtls, root_namespace="istio-system"), opts
    ),
    NetworkPolicies: lambda name, opts: NetworkPolicies(
        name, NetworkPoliciesArgs(policies=network_policies(settings_of(PRODUCTION))), opts
    ),
    MeshRoles: lambda name, opts: MeshRoles(
        name, MeshRolesArgs(manifests=role_manifests(demo_with("roles", {"meshAdmin": ["platform"]}))), opts
    ),
    MeshGateway: lambda name, opts: MeshGateway(
        name,
        MeshGatewayArgs(istio=MESH.istio, gateway=MESH.gateways["ingressgateway"], gateway_name="ingressgateway"),
        opts,
    ),
    Bookinfo: lambda name, opts: Bookinfo(name, BookinfoArgs(sample=SAMPLE, gateway_namespace="istio-ingress"), opts),
    WorkloadProxies: lambda name, opts: WorkloadProxies(name, WorkloadProxiesArgs(patches=[PATCH]), opts),
    Dashboards: lambda name, opts: Dashboards(name, DashboardsArgs(manifests=BOARDS), opts),
    MeshMonitors: lambda name, opts: MeshMonitors(name, MeshMonitorsArgs(monitors=mesh_monitors(MESH, HOME)), opts),
    AlertRules: lambda name, opts: AlertRules(name, AlertRulesArgs(rules=prometheus_rules(MESH, HOME)), opts),
    AlertRouting: lambda name, opts: AlertRouting(
        name, AlertRoutingArgs(alerts=MESH.alerts, namespace="monitoring", secrets={}), opts
    ),
    Resources: lambda name, opts: Resources(
        name, ResourcesArgs(manifests=[resource_manifest(RESOURCE, MESH.istio.version)]), opts
    ),
    GatewayCertificates: lambda name, opts: GatewayCertificates(
        name,
        GatewayCertificatesArgs(
            entries={"shop": ProvidedTls(kind="provided", cert_key="shop-cert", key_key="shop-key")},
            placements=[Placement(name="shop", namespace="istio-ingress", hosts=("shop.example.com",))],
            secrets={key: pulumi.Output.secret(key) for key in ("shop-cert", "shop-key")},
        ),
        opts,
    ),
    CertificateAuthority: lambda name, opts: CertificateAuthority(
        name,
        CertificateAuthorityArgs(
            authority=ProvidedAuthority(kind="provided", cert_key="c", key_key="k", root_key="r", chain_key="p"),
            root_namespace="istio-system",
            secrets={key: pulumi.Output.secret(key) for key in "ckrp"},
        ),
        opts,
    ),
    Addons: lambda name, opts: Addons(name, AddonsArgs(addons=ADDONS, root_namespace="istio-system"), opts),
    ServiceMesh: lambda name, opts: ServiceMesh(name, MESH, {}, opts),
}

ADDONS = production_addons(**ALL).addons

BOARDS = {"mesh": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mesh", "namespace": "observability"}}}

PATCH = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "reviews-v1", "namespace": "bookinfo"},
    "spec": {"template": {"metadata": {"labels": {"sidecar.istio.io/inject": "true"}}}},
}

every_component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)


@cache
def build(component: type[pulumi.ComponentResource]) -> Recorder:
    """Register one component named 'it', which comes after a resource named 'earlier'; tests only read the result."""

    def program() -> None:
        earlier = kubernetes_object("earlier", BOARDS["mesh"], pulumi.ResourceOptions())
        COMPONENTS[component]("it", pulumi.ResourceOptions(depends_on=[earlier]))

    return run(program)


def test_the_contract_is_tested_for_every_component_class() -> None:
    # Only classes of the program itself: the SDK has components of its own, such as Helm charts.
    written = {one for one in pulumi.ComponentResource.__subclasses__() if one.__module__.startswith("components.")}
    assert written == set(COMPONENTS), "a component without a row here keeps no promise"


@every_component
def test_a_components_type_is_named_after_its_class(component: type[pulumi.ComponentResource]) -> None:
    token = build(component).named("it").type
    assert token == f"istiomesh:index:{component.__name__}", "a token of another shape has no package (engine fact)"


@every_component
def test_a_component_has_children_that_are_named_after_it(component: type[pulumi.ComponentResource]) -> None:
    engine = build(component)
    children = engine.children_of(engine.named("it"))
    assert children, "a component without children is skipped by depends_on (pulumi#8721)"
    wrong = [child.name for child in children if not child.name.startswith("it-")]
    assert not wrong, "two components of one class would collide on these names"


@every_component
def test_no_resource_of_a_component_is_left_at_the_top_of_the_stack(component: type[pulumi.ComponentResource]) -> None:
    engine = build(component)
    top = {one.name for one in [*engine.registrations, *engine.reads] if one.parent.endswith("::istio-mesh-test")}
    assert top == {"it", "earlier"}, "a child without parent inherits neither provider nor protection"


@every_component
def test_every_resource_of_a_component_comes_after_what_its_caller_names(
    component: type[pulumi.ComponentResource],
) -> None:
    engine = build(component)
    earlier = engine.named("earlier").urn
    free = [one.name for one in engine.registrations if one.name.startswith("it") and earlier not in one.dependencies]
    assert not free, "depends_on of a component does not reach its children unless it is forwarded"


@every_component
def test_a_component_registers_its_outputs_once(component: type[pulumi.ComponentResource]) -> None:
    engine = build(component)
    times = engine.outputs_of.count(engine.named("it").urn)
    assert times == 1, "without register_outputs a component never counts as finished; twice is an error of the engine"
