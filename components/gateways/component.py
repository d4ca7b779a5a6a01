"""A gateway of the mesh as resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.gateways.endpoint import Endpoint, gateway_endpoint
from components.gateways.settings import GatewaySettings, ServiceType
from components.gateways.specs import gateway_manifests
from components.gateways.values import gateway_values
from components.platform.chart_values import chart_values
from components.platform.charts import istio_chart
from components.platform.child import child_options
from components.platform.helm import helm_release
from components.platform.manifests import kubernetes_object
from components.platform.rollouts import rolled_out, serving
from components.platform.settings import IstioSettings


@dataclass(frozen=True, kw_only=True)
class MeshGatewayArgs:
    """What `MeshGateway` needs: its settings, and the name of its release, Service and Gateway resource."""

    istio: IstioSettings
    gateway: GatewaySettings
    gateway_name: str
    secret_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """The Secret of each entry of mesh.tls that a server refers to."""
    reads_secrets: bool = True
    """Whether its pods may read the Secrets of their namespace."""


class MeshGateway(pulumi.ComponentResource):
    """Runs the Envoys of one gateway, opens its ports, and tells under which address it is reached."""

    endpoint: pulumi.Output[Endpoint]

    def __init__(self, name: str, args: MeshGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:MeshGateway", name, {}, opts)
        release = helm_release(
            f"{name}-release",
            release=args.gateway_name,
            chart=istio_chart(args.istio, "gateway"),
            namespace=args.gateway.namespace,
            values=chart_values(
                args.istio,
                "gateway",
                gateway_values(args.gateway_name, args.gateway, reads_secrets=args.reads_secrets),
            ),
            opts=child_options(self, opts),
            atomic=args.istio.atomic,
        )
        if not args.istio.atomic:
            rolled_out(f"{name}-rollout", release, args.gateway.namespace, args.gateway_name, child_options(self, opts))
        for role, manifest in gateway_manifests(args.gateway_name, args.gateway, args.secret_names).items():
            kubernetes_object(f"{name}-{role}", manifest, opts=child_options(self, opts))
        service = serving(
            f"{name}-service",
            release,
            args.gateway.namespace,
            args.gateway_name,
            child_options(self, opts),
            addressed=args.gateway.service.type is ServiceType.LOAD_BALANCER,
        )
        self.endpoint = pulumi.Output.all(service.spec, service.status).apply(
            lambda found: gateway_endpoint(args.gateway_name, args.gateway, *found)
        )
        self.register_outputs({"endpoint": self.endpoint})
