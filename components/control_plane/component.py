"""istiod as a Helm release."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.control_plane.settings import ControlPlaneSettings
from components.control_plane.values import istiod_values
from components.mesh_config.settings import MeshConfigSettings
from components.mesh_config.sidecars import ProxySettings
from components.platform.chart_values import chart_values
from components.platform.charts import istio_chart
from components.platform.child import child_options
from components.platform.helm import helm_release
from components.platform.rollouts import rolled_out
from components.platform.settings import IstioSettings


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """What `ControlPlane` needs."""

    istio: IstioSettings
    control_plane: ControlPlaneSettings
    mesh_config: MeshConfigSettings
    proxy: ProxySettings
    implied: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables of istiod that follow from other settings."""


class ControlPlane(pulumi.ComponentResource):
    """Runs istiod and waits until its pods are ready."""

    namespace: pulumi.Output[str]

    def __init__(self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:ControlPlane", name, {}, opts)
        release = helm_release(
            f"{name}-release",
            release="istiod",
            chart=istio_chart(args.istio, "istiod"),
            namespace=args.control_plane.namespace,
            values=chart_values(
                args.istio,
                "istiod",
                istiod_values(args.control_plane, args.mesh_config, args.proxy, args.implied),
            ),
            opts=child_options(self, opts),
            atomic=args.istio.atomic,
        )
        if not args.istio.atomic:
            rolled_out(f"{name}-rollout", release, args.control_plane.namespace, "istiod", child_options(self, opts))
        self.namespace = release.status["namespace"]
        self.register_outputs({"namespace": self.namespace})
