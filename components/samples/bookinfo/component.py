"""Istio's Bookinfo sample as resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.platform.child import child_options
from components.platform.manifests import kubernetes_object
from components.samples.bookinfo.catalog import bookinfo_catalog
from components.samples.bookinfo.routes import bookinfo_traffic
from components.samples.bookinfo.settings import BookinfoSettings
from components.samples.bookinfo.specs import bookinfo_workloads
from components.settings.later import imported_when_used

with imported_when_used():
    from components.services.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class BookinfoArgs:
    """What `Bookinfo` needs."""

    sample: BookinfoSettings
    gateway_namespace: str
    services: Mapping[str, ServiceSettings] = field(default_factory=dict[str, ServiceSettings])


class Bookinfo(pulumi.ComponentResource):
    """Runs Istio's Bookinfo and routes a gateway's traffic to its product page."""

    def __init__(self, name: str, args: BookinfoArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Bookinfo", name, {}, opts)
        objects = bookinfo_workloads(bookinfo_catalog(), args.sample.namespace)
        objects |= bookinfo_traffic(args.sample, args.gateway_namespace, args.services)
        for role, manifest in objects.items():
            kubernetes_object(f"{name}-{role}", manifest, opts=child_options(self, opts))
        self.register_outputs({})
