"""Dashboards as resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object


@dataclass(frozen=True, kw_only=True)
class DashboardsArgs:
    """What `Dashboards` needs."""

    manifests: Mapping[str, Manifest]
    """The ConfigMaps by the names of their dashboards."""


class Dashboards(pulumi.ComponentResource):
    """Gives Grafana the dashboards of the mesh; its sidecar loads a change without a restart."""

    def __init__(self, name: str, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Dashboards", name, {}, opts)
        for dashboard, manifest in args.manifests.items():
            kubernetes_object(f"{name}-{dashboard}", manifest, opts=child_options(self, opts))
        self.register_outputs({})
