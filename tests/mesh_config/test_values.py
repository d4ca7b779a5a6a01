"""Helm values of the chart istiod for MeshConfig and the sidecars."""

from typing import Any

import pytest

from components.mesh_config.values import mesh_config_values, proxy_values
from components.platform.chart_values import without_none
from tests.support.stacks import DEMO, PRODUCTION, demo_with, production_with, settings_of


def mesh_config_of(path: str, value: object) -> dict[str, Any]:
    """MeshConfig of the demo stack with one change."""
    return without_none(mesh_config_values(demo_with(f"meshConfig.{path}", value).mesh_config))


def test_demo_logs_every_request_as_text() -> None:
    assert without_none(mesh_config_values(settings_of(DEMO).mesh_config)) == {"accessLogFile": "/dev/stdout"}, (
        "whoever tries a mesh wants to see its traffic"
    )


def test_production_values_in_full() -> None:
    assert without_none(mesh_config_values(settings_of(PRODUCTION).mesh_config)) == {
        "accessLogFile": "/dev/stdout",
        "accessLogEncoding": "JSON",
        "pathNormalization": {"normalization": "DECODE_AND_MERGE_SLASHES"},
        "defaultConfig": {
            "holdApplicationUntilProxyStarts": True,
            "proxyMetadata": {"ISTIO_META_DNS_CAPTURE": "true"},
        },
    }, "whatever is not listed is Istio's own default"


def test_dns_capture_is_switched_off_by_name_where_a_profile_switches_it_on() -> None:
    mesh = production_with("meshConfig.defaultConfig.dnsCapture", False).mesh_config
    proxy: Any = mesh_config_values(mesh)["defaultConfig"]
    assert proxy["proxyMetadata"] == {"ISTIO_META_DNS_CAPTURE": "false"}, "istiod reads text, not a YAML truth"


def test_dns_capture_keeps_the_other_metadata() -> None:
    proxy = mesh_config_of("defaultConfig", {"dnsCapture": True, "proxyMetadata": {"A": "b"}})["defaultConfig"]
    assert proxy == {"proxyMetadata": {"ISTIO_META_DNS_CAPTURE": "true", "A": "b"}}, "both go into one map"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("accessLogFile", ""),
        ("accessLogFormat", "[%START_TIME%] %REQ(:PATH)%\n"),
        ("outboundTrafficPolicy", {"mode": "REGISTRY_ONLY"}),
        ("protocolDetectionTimeout", "100ms"),
        ("discoverySelectors", [{"matchLabels": {"istio-discovery": "enabled"}}]),
        ("tlsDefaults", {"cipherSuites": ["ECDHE-RSA-AES256-GCM-SHA384"], "ecdhCurves": ["P-256"]}),
        ("meshMTLS", {"minProtocolVersion": "TLSV1_3"}),
        ("trustDomainAliases", ["old.local"]),
        ("enableAutoMtls", False),
        ("h2UpgradePolicy", "UPGRADE"),
        ("extensionProviders", [{"name": "otel", "opentelemetry": {"service": "otel.x.svc", "port": 4317}}]),
        ("defaultHttpRetryPolicy", {"attempts": 0}),
    ],
)
def test_what_istio_knows_is_passed_as_it_is_written(path: str, value: object) -> None:
    assert mesh_config_of(path, value)[path] == value, "a MeshConfig of Istio's documentation can be pasted in"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("concurrency", 0),
        ("terminationDrainDuration", "30s"),
        ("proxyStatsMatcher", {"inclusionRegexps": [".*upstream_rq_retry.*"]}),
        ("tracing", {"sampling": 10.5, "zipkin": {"address": "zipkin.tracing:9411"}}),
        ("gatewayTopology", {"numTrustedProxies": 1}),
    ],
)
def test_what_istio_knows_of_proxies_is_passed_as_it_is_written(key: str, value: object) -> None:
    assert mesh_config_of(f"defaultConfig.{key}", value)["defaultConfig"] == {key: value}, "Istio's own words"


def test_sidecars_ask_for_what_the_profile_says() -> None:
    assert without_none(proxy_values(settings_of(DEMO).proxy)) == {
        "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}}
    }, "whatever is not listed is the chart's own default"


def test_lists_are_given_to_the_chart_as_it_takes_them() -> None:
    document = {"includeIPRanges": ["10.0.0.0/8", "172.16.0.0/12"], "excludeOutboundPorts": [3306, 5432]}
    values = proxy_values(demo_with("proxy", document).proxy)
    assert (values["includeIPRanges"], values["excludeOutboundPorts"]) == ("10.0.0.0/8,172.16.0.0/12", "3306,5432"), (
        "the injection template writes them into the arguments of istio-iptables"
    )


def test_hooks_of_the_proxys_container_are_passed_as_they_are_written() -> None:
    request = {"port": "http-envoy-prom", "path": "/drain", "scheme": "HTTP"}
    hooks = {"postStart": {"httpGet": request}, "preStop": {"sleep": {"seconds": 5}}}
    assert proxy_values(demo_with("proxy.lifecycle", hooks).proxy)["lifecycle"] == hooks, "Kubernetes' own words"
    hooks = {"preStop": {"exec": {"command": ["/bin/sh", "-c", "sleep 5"]}}}
    assert proxy_values(demo_with("proxy.lifecycle", hooks).proxy)["lifecycle"] == hooks, "Kubernetes' own words"
