"""Checks of MeshConfig and of the sidecars."""

import ipaddress
import json
import re
from collections.abc import Iterator

from components.mesh_config.messages import message_problems
from components.mesh_config.proxy_checks import proxy_config_problems
from components.mesh_config.settings import AccessLogEncoding, MeshConfigSettings, OutboundMode, TlsConfig
from components.mesh_config.since import version_problems
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.selectors import selector_problems
from components.settings.workload import resource_problems

with imported_when_used():
    from components.kinds.go_duration import known_go_seconds

_BASE: Path = ("meshConfig",)


def mesh_config_problems(settings: MeshSettings) -> Iterator[Problem]:
    """What istiod would refuse, or ignore in silence, of MeshConfig and of the sidecars' settings."""
    mesh = settings.mesh_config
    yield from version_problems(mesh, settings.istio.version)
    yield from message_problems(settings)
    yield from _log_problems(mesh)
    yield from proxy_config_problems(mesh.default_config, (*_BASE, "defaultConfig"))
    yield from _timing_problems(mesh)
    yield from _outbound_problems(mesh)
    yield from _trust_problems(mesh)
    for key, tls in (("tlsDefaults", mesh.tls_defaults), ("meshMTLS", mesh.mesh_mtls)):
        if tls:
            yield from _tls_problems(tls, (*_BASE, key))
    for index, selector in enumerate(mesh.discovery_selectors or ()):
        yield from selector_problems(selector, (*_BASE, "discoverySelectors", index))
    if mesh.root_namespace not in (None, settings.control_plane.namespace):
        yield Problem(
            (*_BASE, "rootNamespace"),
            f"'{mesh.root_namespace}' is not controlPlane.namespace ('{settings.control_plane.namespace}'), where the "
            "program puts what holds for the whole mesh",
            "Remove it, or change controlPlane.namespace",
        )
    yield from _sidecar_problems(settings)


def _log_problems(mesh: MeshConfigSettings) -> Iterator[Problem]:
    if mesh.access_log_encoding is not AccessLogEncoding.JSON or not mesh.access_log_format:
        return
    try:
        parsed = json.loads(mesh.access_log_format)
    except json.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        yield Problem(
            (*_BASE, "accessLogFormat"),
            "is not a JSON object, which accessLogEncoding JSON needs; istiod would fall back to its own format",
            'Write an object, for example \'{"path": "%REQ(:PATH)%"}\', or set accessLogEncoding to TEXT',
        )


def _outbound_problems(mesh: MeshConfigSettings) -> Iterator[Problem]:
    policy = mesh.outbound_traffic_policy
    if policy and policy.tls and policy.mode is not OutboundMode.ALLOW_ANY_DYNAMIC_DNS:
        yield Problem(
            (*_BASE, "outboundTrafficPolicy", "tls"),
            f"has no meaning for {policy.mode}",
            "Remove it, or use ALLOW_ANY_DYNAMIC_DNS",
        )


def _timing_problems(mesh: MeshConfigSettings) -> Iterator[Problem]:
    timeout = mesh.connect_timeout
    if timeout and not 0.001 <= known_go_seconds(timeout) <= 3600:
        yield Problem((*_BASE, "connectTimeout"), f"'{timeout}' is outside of what Istio accepts", "Choose 1ms to 1h")


def _trust_problems(mesh: MeshConfigSettings) -> Iterator[Problem]:
    aliases = mesh.trust_domain_aliases or ()
    own = mesh.trust_domain or "cluster.local"
    for index, alias in enumerate(aliases):
        if alias == own or alias in aliases[:index]:
            known = "the trust domain itself" if alias == own else "given twice"
            yield Problem((*_BASE, "trustDomainAliases", index), f"'{alias}' is {known}", "Remove it")


def _tls_problems(tls: TlsConfig, path: Path) -> Iterator[Problem]:
    if tls.ecdh_curves and path[-1] == "meshMTLS":
        yield Problem(
            (*path, "ecdhCurves"), "is refused by Istio for TLS within the mesh", "Move it to meshConfig.tlsDefaults"
        )
    for key, values in (("ecdhCurves", tls.ecdh_curves or ()), ("cipherSuites", tls.cipher_suites or ())):
        for index, value in enumerate(values):
            if value in values[:index]:
                yield Problem((*path, key, index), f"'{value}' is given twice", "Remove one of them")


def _sidecar_problems(settings: MeshSettings) -> Iterator[Problem]:
    proxy, path = settings.proxy, ("proxy",)
    yield from resource_problems(proxy.resources, (*path, "resources"))
    for key, ranges in (("includeIPRanges", proxy.include_ip_ranges), ("excludeIPRanges", proxy.exclude_ip_ranges)):
        for index, one in enumerate(ranges or ()):
            yield from _range_problems(one, (*path, key, index))
    for way in ("inbound", "outbound"):
        included: tuple[int, ...] = getattr(proxy, f"include_{way}_ports") or ()
        excluded: tuple[int, ...] = getattr(proxy, f"exclude_{way}_ports") or ()
        for index, port in enumerate(excluded):
            if port in included:
                key = f"exclude{way.capitalize()}Ports"
                yield Problem((*path, key, index), f"{port} is included and excluded", "Keep one of them")
    if not proxy.lifecycle:
        return
    if settings.mesh_config.default_config.hold_application_until_proxy_starts:
        yield Problem(
            (*path, "lifecycle"),
            "would replace the hook with which holdApplicationUntilProxyStarts holds the application",
            "Remove it, or set meshConfig.defaultConfig.holdApplicationUntilProxyStarts to false",
        )
    for key, hook in (("postStart", proxy.lifecycle.post_start), ("preStop", proxy.lifecycle.pre_stop)):
        if hook and len(hook.model_fields_set) != 1:
            yield Problem(
                (*path, "lifecycle", key), "does not hold exactly one action", "Keep one of exec, httpGet and sleep"
            )


def _range_problems(text: str, path: Path) -> Iterator[Problem]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        yield Problem(path, f"'{text}' is not a range of addresses", "For example: '10.0.0.0/8'")
        return
    if str(network) != text and re.fullmatch(r"[0-9./]+", text):
        yield Problem(path, f"'{text}' names an address within the range", f"Write the range, '{network}'")
