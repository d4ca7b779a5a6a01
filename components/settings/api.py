"""The two APIs in which Istio takes routes."""

from enum import StrEnum


class Api(StrEnum):
    """Istio's own API (Gateway, VirtualService) or the Gateway API of Kubernetes (Gateway, HTTPRoute)."""

    ISTIO = "istio"
    GATEWAY = "gateway"
