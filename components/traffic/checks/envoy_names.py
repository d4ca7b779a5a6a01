"""Names of Envoy's filters, as far as an EnvoyFilter is checked by them."""

from collections.abc import Mapping

HTTP_CONNECTION_MANAGER = "envoy.filters.network.http_connection_manager"

_NETWORK = ("client_ssl_auth", "http_connection_manager", "mongo_proxy", "ratelimit", "redis_proxy", "tcp_proxy")
_LISTENER = ("http_inspector", "original_dst", "original_src", "proxy_protocol", "tls_inspector")
_HTTP = (
    "buffer",
    "cors",
    "csrf",
    "ext_authz",
    "fault",
    "grpc_http1_bridge",
    "grpc_json_transcoder",
    "grpc_web",
    "gzip",
    "health_check",
    "ip_tagging",
    "lua",
    "router",
    "squash",
)

RENAMED: Mapping[str, str] = {
    **{f"envoy.{name}": f"envoy.filters.http.{name}" for name in _HTTP},
    **{f"envoy.{name}": f"envoy.filters.network.{name}" for name in _NETWORK},
    **{f"envoy.listener.{name}": f"envoy.filters.listener.{name}" for name in _LISTENER},
    "envoy.http_dynamo_filter": "envoy.filters.http.dynamo",
    "envoy.rate_limit": "envoy.filters.http.ratelimit",
}
"""Old name -> name (Istio's pkg/config/xds/deprecated.go)."""

OWN_FILTERS = frozenset(
    {
        HTTP_CONNECTION_MANAGER,
        "envoy.filters.network.tcp_proxy",
        "envoy.filters.network.rbac",
        "envoy.filters.network.metadata_exchange",
        "istio.metadata_exchange",
        "istio.stats",
        "istio.alpn",
        "istio_authn",
        "envoy.filters.http.router",
        "envoy.filters.http.cors",
        "envoy.filters.http.fault",
        "envoy.filters.http.jwt_authn",
        "envoy.filters.http.rbac",
        "envoy.filters.http.grpc_stats",
        "envoy.filters.http.grpc_web",
        "envoy.filters.http.peer_metadata",
        "envoy.filters.listener.http_inspector",
        "envoy.filters.listener.original_dst",
        "envoy.filters.listener.original_src",
        "envoy.filters.listener.proxy_protocol",
        "envoy.filters.listener.tls_inspector",
    }
)
"""Filters that istiod writes itself (Istio's pilot/pkg/xds/filters/filters.go)."""
