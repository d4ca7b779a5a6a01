"""Checks of a gateway's servers: what each may say about TLS, and how several fit together."""

from collections.abc import Iterator

from components.gateways.hosts import hosts_match
from components.gateways.listener_checks import listener_problems
from components.gateways.ports import RESERVED_PORTS
from components.gateways.servers import Protocol, ServerSettings, ServerTls, TlsVersion
from components.gateways.settings import GatewaySettings
from components.settings.api import Api
from components.settings.explain import suggestion
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

with imported_when_used():
    from components.tls.settings import ProvidedTls

_VERSIONS = list(TlsVersion)


def server_problems(settings: MeshSettings, gateway: GatewaySettings, path: Path) -> Iterator[Problem]:
    """Servers that Istio would refuse, ignore, or serve without what they promise."""
    first: dict[int, Protocol] = {}
    seen: set[tuple[int, str]] = set()
    for index, server in enumerate(gateway.servers):
        here = (*path, "servers", index)
        if server.port in RESERVED_PORTS:
            yield Problem((*here, "port"), f"{server.port} is used by Istio's proxy itself", "Choose another port")
        earlier = first.setdefault(server.port, server.protocol)
        if earlier is not server.protocol and not (earlier.encrypted and server.protocol.encrypted):
            yield Problem(
                (*here, "protocol"),
                f"'{server.protocol}' on port {server.port}, where an earlier server speaks {earlier}",
                "Use one protocol for each port",
            )
        yield from _host_problems(server, seen, here)
        yield from _tls_problems(settings, gateway, server, here)
    if gateway.api is Api.GATEWAY:
        yield from listener_problems(gateway, path)


def _host_problems(server: ServerSettings, seen: set[tuple[int, str]], path: Path) -> Iterator[Problem]:
    for position, host in enumerate(server.hosts):
        here = (*path, "hosts", position)
        if (server.port, host) in seen:
            yield Problem(
                here, f"'{host}' is already served on port {server.port}; Istio would ignore this one", "Remove it"
            )
        elif host != "*" and "." not in host:
            yield Problem(
                here,
                f"'{host}' is a short name, which Istio refuses for a gateway",
                f"Write it in full, for example '{host}.example.com'",
            )
        elif server.protocol is Protocol.TCP and host != "*":
            yield Problem(here, f"'{host}' cannot be told apart in plain TCP", "Use '*', or the protocol TLS")
        seen.add((server.port, host))


def _tls_problems(
    settings: MeshSettings, gateway: GatewaySettings, server: ServerSettings, path: Path
) -> Iterator[Problem]:
    tls = server.tls
    if not server.protocol.encrypted:
        if tls:
            yield from _redirect_problems(gateway, server, tls, (*path, "tls"))
    elif tls is None:
        yield Problem(
            (*path, "tls"),
            f"required for protocol {server.protocol}, but missing",
            "Add it, for example `tls: {mode: SIMPLE, credential: NAME}` with an entry NAME in mesh.tls",
        )
    elif tls.https_redirect:
        yield Problem(
            (*path, "tls", "httpsRedirect"),
            f"has no meaning for protocol {server.protocol}",
            "Move it to the HTTP server",
        )
    elif tls.mode is None:
        yield Problem((*path, "tls", "mode"), "required, but missing", "Add it, for example `mode: SIMPLE`")
    else:
        yield from _credential_problems(settings, tls, (*path, "tls"))
        yield from _version_problems(tls, (*path, "tls"))


def _redirect_problems(
    gateway: GatewaySettings, server: ServerSettings, tls: ServerTls, path: Path
) -> Iterator[Problem]:
    others = sorted(tls.model_fields_set - {"https_redirect"})
    if others or (tls.https_redirect and not server.protocol.plain_http):
        allowed = "only httpsRedirect" if server.protocol.plain_http else "no tls"
        yield Problem(
            path,
            f"a server of protocol {server.protocol} is plain text and takes {allowed}",
            "Use the protocol HTTPS or TLS, or remove the rest of tls",
        )
        return
    if not tls.https_redirect:
        return
    encrypted = [host for one in gateway.servers if one.protocol is Protocol.HTTPS for host in one.hosts]
    for host in server.hosts:
        if not any(hosts_match(host, one) for one in encrypted):
            yield Problem(
                (*path, "httpsRedirect"),
                f"sends '{host}' to https, which no server of this gateway speaks for it",
                f"Add a server of protocol HTTPS with '{host}' among its hosts, or remove httpsRedirect",
            )


def _credential_problems(settings: MeshSettings, tls: ServerTls, path: Path) -> Iterator[Problem]:
    assert tls.mode is not None  # noqa: S101 - the caller has looked
    here = (*path, "credential")
    if not tls.mode.terminates:
        unused = {"credential": tls.credential, "cipherSuites": tls.cipher_suites}
        unused |= {"minProtocolVersion": tls.min_protocol_version, "maxProtocolVersion": tls.max_protocol_version}
        for key, value in unused.items():
            if value:
                rule = f"has no effect with mode {tls.mode}, which passes TLS on without a look into it"
                yield Problem((*path, key), rule, "Remove it, or use SIMPLE or MUTUAL")
        return
    if tls.credential is None:
        yield Problem(here, f"required for mode {tls.mode}, but missing", "Name an entry of mesh.tls")
        return
    entry = settings.tls.get(tls.credential)
    if entry is None:
        meant = suggestion(tls.credential, settings.tls)
        fix = f"Did you mean '{meant}'?" if meant else "Declare it there: provided, existing or certManager"
        yield Problem(here, f"there is no '{tls.credential}' in mesh.tls", fix)
    elif tls.mode.verifies_clients and isinstance(entry, ProvidedTls) and entry.ca_key is None:
        yield Problem(
            ("tls", tls.credential, "caKey"),
            f"required, because a server with mode {tls.mode} verifies clients with it ({_written(path)})",
            "Name the configuration key that holds the CA certificates of the clients",
        )


def _written(path: Path) -> str:
    return f"gateways.{path[1]}.servers[{path[3]}]"


def _version_problems(tls: ServerTls, path: Path) -> Iterator[Problem]:
    oldest, newest = tls.min_protocol_version, tls.max_protocol_version
    if oldest and newest and _VERSIONS.index(oldest) > _VERSIONS.index(newest):
        yield Problem(
            (*path, "minProtocolVersion"), f"'{oldest}' is above maxProtocolVersion ('{newest}')", "Turn them round"
        )
    if oldest in (TlsVersion.TLSV1_0, TlsVersion.TLSV1_1) and not tls.cipher_suites:
        yield Problem(
            (*path, "minProtocolVersion"),
            f"'{oldest}' has no cipher suites among Envoy's defaults, so that no handshake would succeed with it",
            "Use TLSV1_2 or newer, or name cipherSuites",
        )
    if newest in (TlsVersion.TLSV1_0, TlsVersion.TLSV1_1) and oldest is None:
        yield Problem(
            (*path, "maxProtocolVersion"), f"'{newest}' is below the default minimum TLSV1_2", "Set minProtocolVersion"
        )
    if oldest is TlsVersion.TLSV1_3 and tls.cipher_suites:
        yield Problem((*path, "cipherSuites"), "has no effect on TLS 1.3, the only version accepted here", "Remove it")
    for index, suite in enumerate(tls.cipher_suites):
        if suite in tls.cipher_suites[:index]:
            yield Problem((*path, "cipherSuites", index), f"'{suite}' is there twice", "Remove it")
