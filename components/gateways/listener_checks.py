"""Checks of gateways with `api: gateway`: what a listener of the Gateway API cannot say is refused by name."""

from collections.abc import Iterator

from components.gateways.gateway_api import listeners
from components.gateways.servers import Protocol, ServerTls, TlsMode
from components.gateways.settings import GatewaySettings
from components.settings.problems import Path, Problem

MOST_LISTENERS = 64
"""Listeners that one Gateway takes (its CRD, spec.listeners)."""

_FIX = "or set `api: istio`"
_WITHOUT_MODE = (TlsMode.MUTUAL, TlsMode.OPTIONAL_MUTUAL, TlsMode.AUTO_PASSTHROUGH)


def listener_problems(gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    """Servers without an equivalent among listeners.

    Source: gateway-api.sigs.k8s.io/reference/spec, Listener and its TLS settings: a mode (Terminate or Passthrough, for
    HTTPS the first only) and certificates.
    """
    count = len(listeners(gateway))
    if count > MOST_LISTENERS:
        rule = f"come to {count} listeners, one for each host, where a Gateway takes {MOST_LISTENERS}"
        yield Problem((*path, "servers"), rule, f"Use fewer hosts, for example '*.example.com', {_FIX}")
    for index, server in enumerate(gateway.servers):
        if server.tls:
            yield from _tls_problems(server.protocol, server.tls, (*path, "servers", index, "tls"))


def _tls_problems(protocol: Protocol, tls: ServerTls, path: Path) -> Iterator[Problem]:
    if tls.mode in _WITHOUT_MODE:
        rule = f"a listener of the Gateway API has no mode {tls.mode}"
        yield Problem((*path, "mode"), rule, f"Use SIMPLE or PASSTHROUGH, {_FIX}")
    if tls.mode is TlsMode.PASSTHROUGH and protocol is Protocol.HTTPS:
        rule = "a listener of the Gateway API for HTTPS ends TLS itself"
        yield Problem((*path, "mode"), rule, f"Use the protocol TLS, {_FIX}")
    unsaid = {
        "minProtocolVersion": tls.min_protocol_version,
        "maxProtocolVersion": tls.max_protocol_version,
        "cipherSuites": tls.cipher_suites,
    }
    for key, value in unsaid.items():
        if value:
            yield Problem((*path, key), f"a listener of the Gateway API has no {key}", f"Remove it, {_FIX}")
