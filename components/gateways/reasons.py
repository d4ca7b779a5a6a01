"""Why a gateway is more open than the policy pack wants, written on what it is about."""

from components.gateways.settings import GatewaySettings, ServiceSettings

ANY_HOST = "istio-mesh/accept-any-host"
"""The annotation that says why a Gateway takes every host (policy/mesh_policies/catalog.yaml)."""

PUBLIC = "istio-mesh/accept-public"
"""The annotation that says why everybody may connect to a load balancer."""

OTHER_GATEWAY = "istio-mesh/accept-other-gateway"
"""The annotation that says where the pods of an Istio Gateway are deployed, if they are of no gateway of the stack."""


def gateway_annotations(gateway: GatewaySettings) -> dict[str, dict[str, str]]:
    """The annotations of a Gateway resource as a part of its metadata; empty where nothing is to be said."""
    return {"annotations": {ANY_HOST: gateway.any_host_reason}} if gateway.any_host_reason else {}


def service_annotations(service: ServiceSettings) -> dict[str, str]:
    """The annotations of a gateway's Service: its own, and the reason why it is public."""
    return dict(service.annotations) | ({PUBLIC: service.public_reason} if service.public_reason else {})
