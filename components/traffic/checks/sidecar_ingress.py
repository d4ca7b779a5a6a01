"""Checks of a Sidecar's ingress listeners: how requests reach the workload itself."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.addresses import is_unix, unix_problems
from components.traffic.checks.connection_pool import connection_pool_problems
from components.traffic.checks.gateway_tls import server_tls_problems
from components.traffic.checks.ports import HTTP_PROTOCOLS, TLS_PROTOCOLS, protocol_of
from components.traffic.checks.sidecar_ports import ingress_port_problems
from components.traffic.checks.values import port_problems

_ENDPOINT = re.compile(r"(?:\[(?P<six>[^\[\]]*)\]|(?P<four>[^:\[\]]*)):(?P<port>[0-9]+)", re.ASCII)
_HERE = ("", "127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104 - addresses that a user may write
_FILES = ("serverCertificate", "privateKey")
_GATEWAYS_ONLY = ("subjectAltNames", "httpsRedirect", "credentialName", "credentialNames", "tlsCertificates")
_OWN_FILES = {
    "SIMPLE": _FILES,
    "MUTUAL": (*_FILES, "caCertificates"),
    "OPTIONAL_MUTUAL": (*_FILES, "caCertificates"),
}


def ingress_problems(listener: Node) -> Iterator[Problem]:
    """A listener with a port, an endpoint that is the workload itself, and TLS of the proxy's own files.

    Source: ValidateSidecar of Istio's pkg/config/validation/validation.go.
    """
    port = listener.at("port")
    if not port.given:
        yield port.problem("required for ingress, but missing", "Add it, for example `port: {number: 8080}`")
        return
    yield from ingress_port_problems(listener)
    yield from _endpoint_problems(listener.at("defaultEndpoint"))
    yield from _tls_problems(listener.at("tls"), protocol_of(port))
    pool = listener.at("connectionPool")
    yield from connection_pool_problems(pool)
    if pool.has("http") and protocol_of(port) not in HTTP_PROTOCOLS:
        spoken = protocol_of(port) or "no protocol"
        yield pool.at("http").problem(
            f"has no effect on a port with {spoken} (a rule of this project)",
            "Use a protocol such as HTTP, or remove it",
        )


def _endpoint_problems(endpoint: Node) -> Iterator[Problem]:
    if not endpoint.text:
        return
    if is_unix(endpoint):
        yield from unix_problems(endpoint)
        return
    found = _ENDPOINT.fullmatch(endpoint.text)
    if not found or (found["six"] or found["four"] or "") not in _HERE:
        yield endpoint.problem(
            f"{shown(endpoint.text)} is not the workload itself: 127.0.0.1, 0.0.0.0, [::1] or [::] with a port, or a "
            "unix domain socket",
            "For example: '127.0.0.1:8080'",
        )
    else:
        yield from port_problems(Node(int(found["port"]), endpoint.path))


def _tls_problems(tls: Node, protocol: str) -> Iterator[Problem]:
    """Parts that only gateways have are refused first; what is left is judged as a server of a Gateway is."""
    if not tls.given:
        return
    found = [*_refused_problems(tls, protocol)]
    mode = tls.at("mode").text or ""
    for key in _OWN_FILES.get(mode, ()):
        if not tls.at(key).text:
            found += [tls.at(key).problem(f"required for mode {mode}, but missing", "Give the path of the file")]
    yield from found
    if not found:
        yield from server_tls_problems(tls, encrypted=True, http=False)


def _refused_problems(tls: Node, protocol: str) -> Iterator[Problem]:
    if protocol not in TLS_PROTOCOLS:
        yield tls.problem(
            f"cannot be on a port with {protocol or 'no protocol'}", "Use the protocol HTTPS or TLS, or remove it"
        )
    for key in _GATEWAYS_ONLY:
        if tls.at(key).value not in (None, False, "", []):
            yield tls.at(key).problem("is for gateways, and Istio refuses it in a Sidecar", "Remove it")
    if tls.at("mode").text in ("ISTIO_MUTUAL", "AUTO_PASSTHROUGH"):
        yield tls.at("mode").problem(
            f"{tls.at('mode').text} cannot be in a Sidecar", "Use SIMPLE, MUTUAL, OPTIONAL_MUTUAL or PASSTHROUGH"
        )
