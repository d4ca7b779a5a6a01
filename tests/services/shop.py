"""A stack with services and external services, for tests of the intent layer."""

from typing import Any

from components.platform.manifest import Manifest
from components.services.specs import derived
from tests.support.stacks import DEMO, settings_of, with_changes

_INGRESS: dict[str, Any] = {
    "namespace": "istio-ingress",
    "servers": [
        {"port": 80, "protocol": "HTTP", "hosts": ["shop.example.com", "*.shop.example.com"]},
        {"port": 8443, "protocol": "TLS", "hosts": ["vault.example.com"], "tls": {"mode": "PASSTHROUGH"}},
    ],
}
_PUBLIC: dict[str, Any] = {
    "namespace": "istio-ingress",
    "api": "gateway",
    "servers": [{"port": 80, "protocol": "HTTP", "hosts": ["api.example.com"]}],
}
_EGRESS: dict[str, Any] = {
    "namespace": "istio-egress",
    "service": {"type": "ClusterIP", "ports": [{"name": "http2", "port": 80}, {"name": "tls", "port": 443}]},
    "servers": [{"port": 443, "protocol": "TLS", "hosts": ["unused.example.com"], "tls": {"mode": "PASSTHROUGH"}}],
}

SHOP: dict[str, Any] = {
    **DEMO,
    "samples": {},
    "namespaces": {"shop": {"injection": "enabled"}, "stock": {"injection": "enabled"}},
    "gateways": {"ingressgateway": _INGRESS, "public": _PUBLIC, "egress": _EGRESS},
    "services": {
        "reviews": {"namespace": "shop", "port": 9080, "versions": {"v1": {}, "v2": {}}},
        "ratings": {"namespace": "shop", "port": 9080, "versions": {"v1": {}}},
        "cart": {"namespace": "shop", "port": 8080, "api": "gateway", "versions": {"v1": {}, "v2": {}}},
        "stock": {"namespace": "stock", "port": 8080},
        "database": {"namespace": "shop", "port": 5432, "protocol": "TCP"},
    },
    "externals": {
        "payments": {
            "namespace": "shop",
            "hosts": ["pay.example.com"],
            "ports": [{"port": 443, "protocol": "TLS"}],
        }
    },
}
"""Services without any routes; a test says what it needs on top."""


def shop_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The stack with a value at each of the dotted paths."""
    return with_changes(SHOP, changes)


def shop_objects(changes: dict[str, Any]) -> dict[tuple[str, str], Manifest]:
    """What the services of the stack come to, by kind and name."""
    manifests = [one.manifest for one in derived(settings_of(shop_with(changes)))]
    found = {(one["kind"], one["metadata"]["name"]): one for one in manifests}
    assert len(found) == len(manifests), "a name twice would hide an object from the test"
    return found


def http_of(changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The HTTP routes of reviews in the VirtualService that its settings make."""
    own = {f"services.reviews.{key}": value for key, value in changes.items()}
    return shop_objects(own)["VirtualService", "reviews"]["spec"]["http"]
