"""Checks of Pod Security levels against what runs in a namespace."""

from collections.abc import Iterator, Mapping
from typing import cast

from components.mesh_config.proxy_config import InterceptionMode
from components.namespaces.settings import PodSecurityLevel
from components.namespaces.specs import injected
from components.platform.extra_values import cni_enabled
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_GATEWAY_CONTEXT = (
    '{sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "0"}], seccompProfile: {type: RuntimeDefault}}'
)
"""The chart's own, which a value of the stack replaces, and the profile."""


def pod_security_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Levels under which the API server would refuse sidecars, istiod or a gateway, so that `pulumi up` waits in vain.

    istio-init, which redirects a pod's traffic, needs NET_ADMIN and NET_RAW, which only privileged allows; with the CNI
    plugin it is not there (istio.io/latest/docs/setup/additional-setup/pod-security-admission). restricted wants a
    seccompProfile, which the charts istiod and gateway set on demand only (their templates/deployment.yaml).
    """
    gateways = {gateway.namespace for gateway in settings.gateways.values()}
    for name, namespace in settings.namespaces.items():
        level = namespace.pod_security.enforce
        path = ("namespaces", name, "podSecurity", "enforce")
        if level in (None, PodSecurityLevel.PRIVILEGED):
            continue
        # A gateway's own template has no istio-init, whatever its namespace says about injection.
        if injected(namespace) and name not in gateways and _has_init(settings):
            yield Problem(
                path,
                f"'{level}' refuses every pod with a sidecar: its init container istio-init needs NET_ADMIN and "
                "NET_RAW",
                "Choose privileged, or install Istio's CNI plugin beside this stack and say so with "
                "`istio.extraValues.istiod.cni.enabled: true`",
            )
        if level is PodSecurityLevel.RESTRICTED:
            yield from _without_seccomp_profile(settings, name, gateways, path)


def _has_init(settings: MeshSettings) -> bool:
    mode = settings.mesh_config.default_config.interception_mode
    return not cni_enabled(settings.istio) and mode is not InterceptionMode.NONE


def _without_seccomp_profile(settings: MeshSettings, name: str, gateways: set[str], path: Path) -> Iterator[Problem]:
    extra = settings.istio.extra_values
    if name == settings.control_plane.namespace and "seccompProfile" not in extra.istiod:
        yield Problem(
            path,
            "'restricted' refuses istiod, whose chart sets no seccompProfile by itself",
            "Add `istio.extraValues.istiod.seccompProfile: {type: RuntimeDefault}`, or choose baseline",
        )
    contexts = [extra.gateway.get(key) for key in ("securityContext", "containerSecurityContext")]
    if name in gateways and not any("seccompProfile" in cast("Mapping[str, object]", one or {}) for one in contexts):
        yield Problem(
            path,
            "'restricted' refuses gateways, whose chart sets no seccompProfile by itself",
            f"Add `istio.extraValues.gateway.securityContext: {_GATEWAY_CONTEXT}`, or choose baseline",
        )
