"""Checks of one listener of the Gateway API's Gateway."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.platform.versions import minor_of
from components.settings.problems import Problem
from components.settings.wording import either
from components.traffic.checks.gateway_api.hostnames import hostname_problems
from components.traffic.checks.gateway_api.references import GATEWAY_API

_ENCRYPTED = ("HTTPS", "TLS")
_PLAIN = ("HTTP", "TCP", "UDP")
_SUPPORTED = ("HTTP", "HTTPS", "TLS", "TCP", "HBONE")
_MOST_CERTIFICATES = 2
_ROUTES = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TCP": ("TCPRoute",),
}
TLS_ENDS_SINCE = "1.30"
"""The minor version of Istio that first serves TLSRoutes where TLS ends."""


def listener_problems(listener: Node, *, by_istio: bool, istio: str | None = None) -> Iterator[Problem]:
    """One listener by itself; `by_istio` where Istio, at the version `istio`, is known to serve it.

    Source: the CRD of Gateway of Gateway API 1.4; listenerProtocolToIstio and buildTLS of Istio's
    pilot/pkg/config/kube/gateway.
    """
    protocol, hostname = listener.at("protocol"), listener.at("hostname")
    if by_istio:
        yield from _protocol_problems(protocol)
        yield from _route_kind_problems(listener, istio)
    if protocol.text in ("TCP", "UDP") and hostname.text:
        yield hostname.problem(f"cannot be told apart with the protocol {protocol.text}", "Remove it, or use TLS")
    else:
        yield from hostname_problems(hostname)
    yield from listener_tls_problems(listener.at("tls"), protocol.text or "", by_istio=by_istio)
    yield from _namespace_problems(listener.at("allowedRoutes", "namespaces"))


def listener_tls_problems(tls: Node, protocol: str, *, by_istio: bool) -> Iterator[Problem]:
    """TLS of a listener: where the protocol has it, with certificates where it ends here.

    Source: the rules of listeners in the CRD of Gateway API 1.4; the reference of ListenerTLSConfig says that tls is
    required for HTTPS and TLS, and which of its fields a Passthrough does not use.
    """
    if protocol in _PLAIN and tls.given:
        yield tls.problem(f"does not go with the protocol {protocol}", "Remove it, or use HTTPS or TLS")
        return
    if not tls.given:
        if protocol in _ENCRYPTED:
            yield tls.problem(
                f"required for the protocol {protocol}, but missing",
                "Add it, for example `tls: {certificateRefs: [{name: SECRET}]}`",
            )
        return
    mode = tls.at("mode").text or "Terminate"
    certificates = tls.at("certificateRefs")
    if mode == "Passthrough":
        if protocol == "HTTPS":
            yield tls.at("mode").problem(
                "'Passthrough' does not go with the protocol HTTPS, whose requests are read", "Use the protocol TLS"
            )
        elif certificates.items:
            yield certificates.problem("has no effect with mode Passthrough", "Remove it, or use `mode: Terminate`")
    elif not certificates.items and not tls.at("options").keys:
        yield certificates.problem(
            "required for mode Terminate, which is the default, but missing",
            "Add it, for example `certificateRefs: [{name: SECRET}]`",
        )
    elif by_istio:
        yield from _certificate_problems(certificates)


def _certificate_problems(certificates: Node) -> Iterator[Problem]:
    """What Istio takes as certificates: Secrets, at most two."""
    if len(certificates.items) > _MOST_CERTIFICATES:
        yield certificates.problem(
            f"{len(certificates.items)} certificates, and Istio takes at most {_MOST_CERTIFICATES} (RSA and ECDSA)",
            "Use a listener of its own for each hostname",
        )
    for certificate in certificates:
        group, kind = certificate.at("group").text or "", certificate.at("kind").text or "Secret"
        if (group, kind) != ("", "Secret"):
            yield certificate.problem(f"refers to the kind {kind}, and Istio takes only Secrets", "Name a Secret")


def _protocol_problems(protocol: Node) -> Iterator[Problem]:
    text = protocol.text
    if text is None or text in _SUPPORTED:
        return
    meant = text.upper() if text.upper() in _SUPPORTED else None
    yield protocol.problem(
        f"'{text}' is not a protocol that Istio serves",
        f"Did you mean '{meant}'?" if meant else f"Use {either(_SUPPORTED[:-1])}",
    )


def route_kinds(listener: Node, istio: str | None) -> tuple[str, ...]:
    """The kinds of routes that a version of Istio attaches to a listener; none for a protocol that it does not serve.

    Source: generateSupportedKinds of Istio's pilot/pkg/config/kube/gateway/conditions.go at 1.28.3, 1.29.1 and 1.30.3.
    """
    protocol = listener.at("protocol").text or ""
    if protocol != "TLS":
        return _ROUTES.get(protocol, ())
    if listener.at("tls", "mode").text == "Passthrough":
        return ("TLSRoute",)
    return ("TLSRoute", "TCPRoute") if tls_may_end(istio) else ("TCPRoute",)


def tls_may_end(istio: str | None) -> bool:
    """Whether this version of Istio serves TLSRoutes where TLS ends."""
    return istio is not None and minor_of(istio) >= minor_of(TLS_ENDS_SINCE)


def _route_kind_problems(listener: Node, istio: str | None) -> Iterator[Problem]:
    """Kinds of routes that cannot be attached to a listener of this protocol."""
    protocol = listener.at("protocol").text or ""
    wanted = route_kinds(listener, istio)
    if not wanted:
        return
    for entry in listener.at("allowedRoutes", "kinds"):
        group, kind = entry.at("group").text, entry.at("kind").text
        if kind is not None and (group not in (None, GATEWAY_API) or kind not in wanted):
            yield entry.at("kind").problem(
                f"'{kind}' cannot be attached to this listener, whose protocol is {protocol}",
                _fix(kind, wanted, protocol),
            )


def _fix(kind: str, wanted: tuple[str, ...], protocol: str) -> str:
    is_newer = protocol == "TLS" and kind == "TLSRoute" and kind not in wanted
    return f"Use {either(wanted)}" + (f", or choose istio.version {TLS_ENDS_SINCE}" if is_newer else "")


def _namespace_problems(namespaces: Node) -> Iterator[Problem]:
    """A selector of namespaces, where it is asked for and only there.

    Source: the reference of RouteNamespaces (gateway-api.sigs.k8s.io/reference/spec).
    """
    origin, selector = namespaces.at("from").text or "Same", namespaces.at("selector")
    if origin == "Selector" and not selector.given:
        yield selector.problem(
            "required for `from: Selector`, but missing", "Add it, for example `selector: {matchLabels: {team: shop}}`"
        )
    elif origin != "Selector" and selector.given:
        yield selector.problem(f"has no effect with `from: {origin}`", "Use `from: Selector`, or remove it")
