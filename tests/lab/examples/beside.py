"""What examples take for granted: Secrets and pods that are not part of the stack."""

from typing import Any

from tests.lab.traffic.workloads import workload
from tests.support.certificates import server


def tls_secret(namespace: str, name: str, host: str) -> dict[str, Any]:
    """A certificate that somebody keeps in the cluster."""
    pair = server(host)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "kubernetes.io/tls",
        "stringData": {"tls.crt": pair.pem, "tls.key": pair.key_pem},
    }


# What an example takes for granted, beside the pods of its services.
BESIDE: dict[str, list[dict[str, Any]]] = {
    "raw": [
        *workload("production", "api-server", 8080, ({"version": "v1"}, {"version": "v2"})),
        *workload("production", "myapp", 8080),
        tls_secret("istio-ingress", "api-tls-cert", "api.example.com"),
    ],
    "gateway-api": [tls_secret("shop", "shop-tls-cert", "shop.example.com")],
    "authorization": [*workload("production", "api", 8080)],
    "routing": [tls_secret("istio-ingress", "example-tls", "myapp.example.com")],
}
