"""Istio's CRDs and cluster-wide objects as a Helm release."""

from dataclasses import dataclass

import pulumi

from components.base.values import base_values
from components.platform.chart_values import chart_values
from components.platform.charts import istio_chart
from components.platform.child import child_options
from components.platform.helm import helm_release
from components.platform.settings import IstioSettings


@dataclass(frozen=True, kw_only=True)
class MeshBaseArgs:
    """What `MeshBase` needs."""

    istio: IstioSettings
    root_namespace: str


class MeshBase(pulumi.ComponentResource):
    """Installs Istio's CRDs and the validation of resources without a revision."""

    def __init__(self, name: str, args: MeshBaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:MeshBase", name, {}, opts)
        helm_release(
            f"{name}-release",
            release="istio-base",
            chart=istio_chart(args.istio, "base"),
            namespace=args.root_namespace,
            values=chart_values(args.istio, "base", base_values(args.root_namespace)),
            opts=child_options(self, opts),
            atomic=args.istio.atomic,
        )
        self.register_outputs({})
