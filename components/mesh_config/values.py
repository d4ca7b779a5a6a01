"""Helm values of the chart istiod for MeshConfig and the sidecars."""

from components.mesh_config.settings import MeshConfigSettings
from components.mesh_config.sidecars import ProxySettings

DNS_CAPTURE = "ISTIO_META_DNS_CAPTURE"
"""What switches DNS capture on in a proxy (istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy)."""


def mesh_config_values(mesh_config: MeshConfigSettings) -> dict[str, object]:
    """MeshConfig in Istio's own names; what is left out is Istio's or the chart's default."""
    values = mesh_config.model_dump(by_alias=True, exclude_none=True, mode="json")
    proxy = values["defaultConfig"]
    captured = proxy.pop("dnsCapture", None)
    if captured is not None:
        proxy["proxyMetadata"] = {DNS_CAPTURE: str(captured).lower(), **proxy.get("proxyMetadata", {})}
    return values


def proxy_values(proxy: ProxySettings) -> dict[str, object]:
    """The value global.proxy of the chart; None for the chart's default."""
    return {
        "resources": proxy.resources.model_dump(by_alias=True),
        "logLevel": proxy.log_level.value if proxy.log_level else None,
        "includeIPRanges": _joined(proxy.include_ip_ranges),
        "excludeIPRanges": _joined(proxy.exclude_ip_ranges),
        "includeInboundPorts": _joined(proxy.include_inbound_ports),
        "excludeInboundPorts": _joined(proxy.exclude_inbound_ports),
        "includeOutboundPorts": _joined(proxy.include_outbound_ports),
        "excludeOutboundPorts": _joined(proxy.exclude_outbound_ports),
        "lifecycle": proxy.lifecycle.model_dump(by_alias=True, exclude_none=True, mode="json")
        if proxy.lifecycle
        else None,
    }


def _joined(values: tuple[str, ...] | tuple[int, ...] | None) -> str | None:
    """A list as the chart takes it."""
    return None if values is None else ",".join(str(value) for value in values)
