"""Checks of `tls` of a Gateway's server: modes, certificates, versions."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion

_VERSIONS = ("TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3")
_FILES = ("serverCertificate", "privateKey", "caCertificates")
_SOURCES = ("credentialName", "credentialNames", "tlsCertificates")
_OWN_CERTIFICATE = ("SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL")
_PASSED_ON = ("PASSTHROUGH", "AUTO_PASSTHROUGH")
_SUITES = frozenset(
    {
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA",
        "ECDHE-RSA-AES256-SHA",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
        "AES128-SHA",
        "AES256-SHA",
        "DES-CBC3-SHA",
        "ALL",
    }
)
"""Cipher suites of TLS 1.2 and older (ValidCipherSuites of Istio's pkg/config/security/security.go)."""


def server_tls_problems(tls: Node, *, encrypted: bool, http: bool) -> Iterator[Problem]:
    """TLS of a server whose protocol is `encrypted` (HTTPS, TLS) or plain, and then perhaps `http`.

    Source: validateServer and validateTLSOptions of Istio's pkg/config/validation/validation.go.
    """
    mode = tls.at("mode").text or "PASSTHROUGH"  # Protobuf's first value, which Istio takes where there is none.
    if not encrypted:
        if tls.given:
            yield from _plain_problems(tls, mode, http=http)
        return
    if not tls.given:
        yield tls.problem(
            "required for the protocols HTTPS and TLS, but missing",
            "Add it, for example `tls: {mode: SIMPLE, credentialName: SECRET}`",
        )
        return
    if tls.at("httpsRedirect").flag:
        yield tls.at("httpsRedirect").problem(
            "should only be used with HTTP servers, whose requests it sends to https", "Move it to the HTTP server"
        )
    yield from _version_problems(tls)
    yield from _suite_problems(tls)
    yield from certificate_problems(tls, mode)


def certificate_problems(tls: Node, mode: str) -> Iterator[Problem]:
    """Certificates that the mode needs, or does not use; one source of them only.

    Source: validateTLSOptions of Istio's pkg/config/validation/validation.go.
    """
    given = [key for key in (*_FILES, *_SOURCES) if _has(tls, key)]
    given += ["caCrl"] if mode in _PASSED_ON and _has(tls, "caCrl") else []
    if mode == "ISTIO_MUTUAL":
        for key in given:
            yield tls.at(key).problem(
                "cannot be used with mode ISTIO_MUTUAL, which has the mesh's own certificates", "Remove it"
            )
        return
    if mode in _PASSED_ON:
        written = f"mode {mode}" if tls.has("mode") else "mode PASSTHROUGH, which is the default"
        for key in given:
            yield tls.at(key).problem(f"has no effect with {written}", "Remove it, or use `mode: SIMPLE`")
        return
    sources = [key for key in _SOURCES if _has(tls, key)]
    if _has(tls, "serverCertificate") and _has(tls, "privateKey"):
        sources.append("serverCertificate")
    for key in sources[1:]:
        yield tls.at(key).problem(f"a second source of certificates next to {sources[0]}", "Keep one of the two")
    yield from _name_problems(tls)
    yield from _revocation_problems(tls, mode)
    if mode in _OWN_CERTIFICATE and not (_has(tls, "credentialName") or _has(tls, "credentialNames")):
        yield from _file_problems(tls, mode)


def _plain_problems(tls: Node, mode: str, *, http: bool) -> Iterator[Problem]:
    """Plain servers: only HTTP takes a tls, and of it only httpsRedirect."""
    if not http:
        yield tls.problem("has no meaning for a server of plain TCP", "Remove it, or use the protocol TLS")
    elif mode not in _PASSED_ON or any(_has(tls, key) for key in (*_FILES, *_SOURCES)):
        yield tls.problem(
            "a server of plain HTTP takes only httpsRedirect", "Use the protocol HTTPS, or remove the rest of tls"
        )


def _file_problems(tls: Node, mode: str) -> Iterator[Problem]:
    """Certificates that lie in the proxy as files."""
    entries = tls.at("tlsCertificates").items or [tls]
    for entry in entries:
        for key in ("serverCertificate", "privateKey"):
            if not _has(entry, key):
                yield entry.at(key).problem(
                    f"required for mode {mode} without credentialName, but missing",
                    "Name a Secret in credentialName, or give the path of the file",
                )
    if mode != "SIMPLE" and not _has(tls, "caCertificates"):
        yield tls.at("caCertificates").problem(
            f"required for mode {mode} without credentialName, because clients are verified with it",
            "Name a Secret in credentialName, or give the path of the file",
        )


def _name_problems(tls: Node) -> Iterator[Problem]:
    """Names of Secrets; where the proxy runs is where they are taken from, so that a namespace is of no use."""
    for name in (tls.at("credentialName"), *tls.at("credentialNames")):
        text = name.text or ""
        if "/" in text and "://" not in text:
            yield name.problem(
                f"{shown(text)} names a namespace, but the Secret is taken from that of the gateway's pods (a rule of "
                "this project)",
                f"Put the Secret there, and write {shown(text.rpartition('/')[2])}",
            )


def _revocation_problems(tls: Node, mode: str) -> Iterator[Problem]:
    if not _has(tls, "caCrl"):
        return
    if _has(tls, "credentialName"):
        yield tls.at("caCrl").problem("cannot be next to credentialName", "Put the list into the Secret, as 'ca.crl'")
    elif mode == "SIMPLE":
        yield tls.at("caCrl").problem("has no meaning for mode SIMPLE, which verifies no clients", "Remove it")


def _version_problems(tls: Node) -> Iterator[Problem]:
    oldest, newest = tls.at("minProtocolVersion"), tls.at("maxProtocolVersion")
    rank = {version: index for index, version in enumerate(_VERSIONS)}
    low, high = rank.get(oldest.text or ""), rank.get(newest.text or "")
    if low is not None and high is not None and low > high:
        yield oldest.problem(f"'{oldest.text}' is above maxProtocolVersion ('{newest.text}')", "Turn them round")
    if low is not None and low < rank["TLSV1_2"] and not tls.at("cipherSuites").items:
        yield oldest.problem(
            f"'{oldest.text}' has no cipher suites among Envoy's defaults, so that no handshake would succeed with it",
            "Use TLSV1_2 or newer, or name cipherSuites",
        )
    if high is not None and high < rank["TLSV1_2"] and low is None:
        yield newest.problem(f"'{newest.text}' is below the default minimum TLSV1_2", "Set minProtocolVersion")


def _suite_problems(tls: Node) -> Iterator[Problem]:
    """Suites that Istio leaves out (IsValidCipherSuite of pkg/config/security/security.go)."""
    seen: set[str] = set()
    for suite in tls.at("cipherSuites"):
        text = suite.text or ""
        if text[:1].isalnum() and text not in _SUITES:
            near = suggestion(text, _SUITES)
            yield suite.problem(
                f"{shown(text)} is not a cipher suite of Envoy; Istio would leave it out",
                f"Did you mean '{near}'?" if near else "Use OpenSSL's name of it, or remove it",
            )
        elif text in seen:
            yield suite.problem(f"'{text}' is there twice", "Remove it")
        seen.add(text)


def _has(tls: Node, key: str) -> bool:
    """Whether a field has content; Istio cannot tell an empty one from none."""
    value = tls.at(key)
    return bool(value.text or value.items)
