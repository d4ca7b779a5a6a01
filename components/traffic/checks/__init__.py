"""The checks of meaning, by kind."""

from collections.abc import Callable, Iterator, Mapping

from components.kinds.resource import Resource
from components.settings.later import imported_when_used
from components.settings.problems import Problem

with imported_when_used():
    from components.security.checks.authorization_policy import authorization_policy_problems
    from components.security.checks.peer_authentication import peer_authentication_problems
    from components.security.checks.request_authentication import request_authentication_problems
    from components.traffic.checks.destination_rule import destination_rule_problems
    from components.traffic.checks.envoy_filter import envoy_filter_problems
    from components.traffic.checks.gateway import gateway_problems
    from components.traffic.checks.gateway_api.gateway import gateway_problems as gateway_api_gateway_problems
    from components.traffic.checks.gateway_api.grpc_route import grpc_route_problems
    from components.traffic.checks.gateway_api.http_route import http_route_problems
    from components.traffic.checks.gateway_api.l4_routes import tcp_route_problems, tls_route_problems
    from components.traffic.checks.gateway_api.reference_grant import reference_grant_problems
    from components.traffic.checks.proxy_config import proxy_config_problems
    from components.traffic.checks.service_entry import service_entry_problems
    from components.traffic.checks.sidecar import sidecar_problems
    from components.traffic.checks.telemetry import telemetry_problems
    from components.traffic.checks.traffic_extension import traffic_extension_problems
    from components.traffic.checks.virtual_service import virtual_service_problems
    from components.traffic.checks.wasm_plugin import wasm_plugin_problems
    from components.traffic.checks.workload_entry import workload_entry_problems
    from components.traffic.checks.workload_group import workload_group_problems

_NETWORKING = "networking.istio.io"
_GATEWAY_API = "gateway.networking.k8s.io"
_SECURITY = "security.istio.io"
_EXTENSIONS = "extensions.istio.io"

MEANING: Mapping[tuple[str, str], Callable[[Resource], Iterator[Problem]]] = {
    (_NETWORKING, "VirtualService"): virtual_service_problems,
    (_NETWORKING, "DestinationRule"): destination_rule_problems,
    (_NETWORKING, "Gateway"): gateway_problems,
    (_NETWORKING, "ServiceEntry"): service_entry_problems,
    (_NETWORKING, "WorkloadEntry"): workload_entry_problems,
    (_NETWORKING, "WorkloadGroup"): workload_group_problems,
    (_NETWORKING, "Sidecar"): sidecar_problems,
    (_NETWORKING, "EnvoyFilter"): envoy_filter_problems,
    (_NETWORKING, "ProxyConfig"): proxy_config_problems,
    ("telemetry.istio.io", "Telemetry"): telemetry_problems,
    (_EXTENSIONS, "WasmPlugin"): wasm_plugin_problems,
    (_EXTENSIONS, "TrafficExtension"): traffic_extension_problems,
    (_SECURITY, "PeerAuthentication"): peer_authentication_problems,
    (_SECURITY, "RequestAuthentication"): request_authentication_problems,
    (_SECURITY, "AuthorizationPolicy"): authorization_policy_problems,
    (_GATEWAY_API, "Gateway"): gateway_api_gateway_problems,
    (_GATEWAY_API, "HTTPRoute"): http_route_problems,
    (_GATEWAY_API, "GRPCRoute"): grpc_route_problems,
    (_GATEWAY_API, "TLSRoute"): tls_route_problems,
    (_GATEWAY_API, "TCPRoute"): tcp_route_problems,
    (_GATEWAY_API, "ReferenceGrant"): reference_grant_problems,
}
"""By group and kind: what is wrong with one resource although its shape is right."""
