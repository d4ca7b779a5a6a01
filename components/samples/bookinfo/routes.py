"""Bookinfo's routes as Istio resources."""

from collections.abc import Mapping

from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.samples.bookinfo.catalog import bookinfo_routes
from components.samples.bookinfo.settings import BookinfoSettings
from components.services.names import cluster_host, service_host
from components.settings.later import imported_when_used

with imported_when_used():
    from components.services.settings import ServiceSettings


def bookinfo_traffic(
    sample: BookinfoSettings, gateway_namespace: str, services: Mapping[str, ServiceSettings] | None = None
) -> dict[str, Manifest]:
    """The VirtualService that leads from the gateway to the product page, and the versions of the reviews.

    Where `services` describes the reviews, their versions are those of that entry.

    Sources: istio.io/latest/docs/reference/config/networking/virtual-service and destination-rule.
    """
    routes = bookinfo_routes()
    ingress = {"hosts": list(sample.hosts), "gateways": [f"{gateway_namespace}/{sample.gateway}"], **routes["ingress"]}
    reviews = cluster_host("reviews", sample.namespace)
    described = reviews in [service_host(key, one) for key, one in (services or {}).items()]
    objects = {"ingress": _networking("VirtualService", "bookinfo", sample.namespace, ingress)}
    if not described:
        # Not named like the Service, whose name its owner's own rule will have.
        rule = _networking("DestinationRule", "bookinfo-reviews", sample.namespace, routes["subsets"])
        objects["reviews-subsets"] = rule
    return objects


def _networking(kind: str, name: str, namespace: str, spec: Mapping[str, object]) -> Manifest:
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": COMMON_LABELS},
        "spec": spec,
    }
