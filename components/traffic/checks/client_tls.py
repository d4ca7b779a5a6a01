"""Checks of `tls` of a traffic policy: how clients speak to a host."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown

_CONFIG_MAP = "configmap://"
_FILES = ("clientCertificate", "privateKey", "caCertificates", "caCrl")
_CREDENTIALS = (*_FILES, "credentialName", "insecureSkipVerify")
_IDLE: dict[str, tuple[str, ...]] = {
    "DISABLE": (*_CREDENTIALS, "subjectAltNames", "sni"),
    "ISTIO_MUTUAL": _CREDENTIALS,
    "SIMPLE": ("clientCertificate", "privateKey"),
}
"""By mode: the fields that istiod does not read."""


def client_tls_problems(tls: Node, *, namespace: str | None = None) -> Iterator[Problem]:
    """Settings that Istio refuses, and fields that their mode does not read.

    `namespace` is that of the resource; without one, ConfigMaps are not compared with it.

    Source: ValidateTLS of Istio's pkg/config/validation/agent/validation.go; for fields without effect, the reference
    of ClientTLSSettings and buildUpstreamClusterTLSContext of pilot/pkg/networking/core/cluster_tls.go.
    """
    if not tls.given:
        return
    mode = tls.at("mode").text
    if mode is None:
        yield tls.at("mode").problem(
            "required, because Istio takes DISABLE without it, which is plain text (a rule of this project)",
            "Say which one you want: SIMPLE, MUTUAL, ISTIO_MUTUAL or DISABLE",
        )
        return
    yield from _idle_problems(tls, mode)
    if mode in ("SIMPLE", "MUTUAL"):
        yield from _credential_problems(tls, mode)
        yield from _verification_problems(tls, mode)
        yield from _config_map_problems(tls.at("credentialName"), namespace)


def _idle_problems(tls: Node, mode: str) -> Iterator[Problem]:
    for key in _IDLE.get(mode, ()):
        if _filled(tls, key):
            yield tls.at(key).problem(
                f"has no effect with mode {mode} (a rule of this project)", "Remove it, or choose another mode"
            )


def _credential_problems(tls: Node, mode: str) -> Iterator[Problem]:
    if _filled(tls, "credentialName"):
        for key in _FILES:
            if _filled(tls, key) and key not in _IDLE.get(mode, ()):
                yield tls.at(key).problem(
                    "cannot be together with credentialName, whose Secret holds certificates, key and CRL",
                    "Remove one of the two",
                )
    elif mode == "MUTUAL":
        for key in ("clientCertificate", "privateKey"):
            if not _filled(tls, key):
                yield tls.at(key).problem(
                    "required for mode MUTUAL, but missing",
                    "Give the path of the file in the proxy, or name a Secret with credentialName",
                )


def _verification_problems(tls: Node, mode: str) -> Iterator[Problem]:
    """What says how to verify the server, next to the wish not to. A Secret of MUTUAL may hold a certificate only."""
    if not tls.at("insecureSkipVerify").flag:
        return
    for key in ("caCertificates", "subjectAltNames", *(("credentialName",) if mode == "SIMPLE" else ())):
        if _filled(tls, key):
            yield tls.at(key).problem(
                "says how to verify the server, which insecureSkipVerify turns off; Istio refuses both together",
                "Remove one of the two",
            )


def _config_map_problems(credential: Node, namespace: str | None) -> Iterator[Problem]:
    name = credential.text or ""
    if not name.startswith(_CONFIG_MAP):
        return
    owner, _, rest = name.removeprefix(_CONFIG_MAP).partition("/")
    if not owner or not rest.split("/")[0]:
        yield credential.problem(
            f"{shown(name)} does not say which ConfigMap",
            "Write configmap://NAMESPACE/NAME, in the resource's namespace",
        )
    elif namespace is not None and owner != namespace:
        yield credential.problem(
            f"{shown(name)} is in another namespace than the resource ('{namespace}'), which Istio refuses",
            f"Use a ConfigMap of the namespace '{namespace}'",
        )


def _filled(tls: Node, key: str) -> bool:
    """Whether there is a value that is not Protobuf's empty one, which Istio cannot tell from none."""
    return tls.at(key).value not in (None, "", False, [])
