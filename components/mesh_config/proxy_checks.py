"""Checks of ProxyConfig."""

from collections.abc import Iterator

from components.kinds.go_duration import known_go_seconds
from components.mesh_config.proxy_config import ProxyConfigSettings, ProxyStatsMatcher
from components.mesh_config.values import DNS_CAPTURE
from components.settings.problems import Path, Problem
from components.settings.wording import shown
from components.traffic.checks.regex import regex_mistake

AUTO_ALLOCATE = "ISTIO_META_DNS_AUTO_ALLOCATE"
"""Deprecated since addresses are allocated by istiod (ValidateMeshConfigProxyConfig of Istio 1.29)."""


def proxy_config_problems(proxy: ProxyConfigSettings, path: Path) -> Iterator[Problem]:
    """What istiod would refuse, or ignore in silence."""
    yield from _metadata_problems(proxy, (*path, "proxyMetadata"))
    for key, value in (("drainDuration", proxy.drain_duration), ("fileFlushInterval", proxy.file_flush_interval)):
        if value and known_go_seconds(value) == 0:
            yield Problem((*path, key), f"'{value}' is too short", "Choose 1s or more")
    if proxy.drain_duration and known_go_seconds(proxy.drain_duration) % 1:
        yield Problem((*path, "drainDuration"), f"'{proxy.drain_duration}' is not whole seconds", "Round it to seconds")
    if proxy.service_cluster and proxy.tracing_service_name:
        yield Problem((*path, "serviceCluster"), "has no place beside tracingServiceName", "Keep one of them")
    if proxy.proxy_stats_matcher:
        yield from _stats_problems(proxy.proxy_stats_matcher, (*path, "proxyStatsMatcher"))
    if proxy.tracing:
        named = [name for name in _COLLECTORS if getattr(proxy.tracing, name)]
        if len(named) > 1:
            yield Problem((*path, "tracing"), "names more than one collector", "Keep one of them")


_COLLECTORS = ("zipkin", "datadog", "stackdriver", "lightstep", "open_census_agent")


def _metadata_problems(proxy: ProxyConfigSettings, path: Path) -> Iterator[Problem]:
    metadata = proxy.proxy_metadata or {}
    if DNS_CAPTURE in metadata and proxy.dns_capture is not None:
        yield Problem((*path, DNS_CAPTURE), "is what dnsCapture sets", "Keep one of them")
    if AUTO_ALLOCATE in metadata:
        yield Problem(
            (*path, AUTO_ALLOCATE),
            "is deprecated: istiod gives addresses to the hosts of ServiceEntries without it",
            "Remove it",
        )


def _stats_problems(matcher: ProxyStatsMatcher, path: Path) -> Iterator[Problem]:
    for index, prefix in enumerate(matcher.inclusion_prefixes or ()):
        if prefix.startswith(("upstream_", "downstream_")):
            yield Problem(
                (*path, "inclusionPrefixes", index),
                f"'{prefix}' matches no metric: their full names begin with 'cluster.', 'listener.' or 'http.'",
                f"Use inclusionRegexps with '.*{prefix}.*'",
            )
    for index, pattern in enumerate(matcher.inclusion_regexps or ()):
        if mistake := regex_mistake(pattern):
            yield Problem(
                (*path, "inclusionRegexps", index),
                f"{shown(pattern)} is no regular expression of RE2: {mistake}; Envoy would not start with it",
                "For example: '.*outlier_detection.*'",
            )
