"""Monitors as resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object


@dataclass(frozen=True, kw_only=True)
class MeshMonitorsArgs:
    """What `MeshMonitors` needs: ServiceMonitors and PodMonitors by role."""

    monitors: Mapping[str, Manifest]


class MeshMonitors(pulumi.ComponentResource):
    """Has Prometheus collect the metrics of istiod and of all proxies."""

    def __init__(self, name: str, args: MeshMonitorsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:MeshMonitors", name, {}, opts)
        for role, manifest in args.monitors.items():
            kubernetes_object(f"{name}-{role}", manifest, opts=child_options(self, opts))
        self.register_outputs({})
