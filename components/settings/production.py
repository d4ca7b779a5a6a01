"""What a production stack refuses although demo allows it."""

from collections.abc import Iterator
from dataclasses import replace

from components.control_plane.checks import unsafe_environment
from components.gateways.secrets import foreign_secrets
from components.gateways.servers import TlsVersion
from components.mesh_config.production import mesh_config_guard_rails
from components.observability.addons.production import addon_guard_rails
from components.observability.alerts.production import alert_guard_rails
from components.observability.telemetry.production import telemetry_guard_rails
from components.platform.settings import ImageVariant
from components.resources.production import resource_guard_rails
from components.security.mtls.checks import missing_reasons
from components.security.mtls.settings import MtlsMode
from components.security.problems import authorization_guard_rails
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import shown
from components.settings.workload import Workload


def production_problems(settings: MeshSettings) -> Iterator[Problem]:
    """The guard rails, for the profile production."""
    yield from (replace(problem, code=Code.PRODUCTION) for problem in _guard_rails(settings))


def _guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    if settings.cluster.context is None:
        yield Problem(
            ("cluster", "context"),
            "required in production, so that the current context of a shell never decides which cluster is changed",
            "Name a context of the kubeconfig, for example `context: prod-eu`",
        )
    if settings.mtls.mode is not MtlsMode.STRICT:
        yield Problem(
            ("mtls", "mode"),
            f"'{settings.mtls.mode}' accepts plain text, which production refuses",
            "Remove the key to keep STRICT, or use the profile demo",
        )
    yield from _debug_images(settings)
    yield from mesh_config_guard_rails(settings)
    yield from unsafe_environment(settings)
    if settings.control_plane.plaintext_xds:
        yield Problem(
            ("controlPlane", "plaintextXds"),
            "true serves the configuration of the mesh without TLS or login, which production refuses",
            "Remove the key to keep false, or use the profile demo",
        )
    yield from missing_reasons(settings)
    yield from telemetry_guard_rails(settings)
    yield from authorization_guard_rails(settings)
    yield from foreign_secrets(settings)
    yield from resource_guard_rails(settings)
    yield from _old_tls(settings)
    yield from _any_hosts(settings)
    yield from _too_few(settings.control_plane, ("controlPlane",))
    for name, gateway in settings.gateways.items():
        yield from _too_few(gateway, ("gateways", name))
    yield from addon_guard_rails(settings)
    yield from alert_guard_rails(settings)


def _debug_images(settings: MeshSettings) -> Iterator[Problem]:
    """Images with more than Istio in them, which are also those without a variant.

    Source: istio.io/latest/docs/ops/configuration/security/harden-docker-images, and DefaultVariant in
    tools/docker-builder/types.go of Istio: it is the debug variant.
    """
    variant = settings.istio.variant
    if variant is not ImageVariant.DISTROLESS:
        given = f"'{variant}'" if variant else "without one, Istio's default"
        yield Problem(
            ("istio", "variant"),
            f"{given} images hold a shell and tools for an intruder, which production refuses",
            "Remove the key to keep distroless, or use the profile demo",
        )
    kind = (settings.mesh_config.default_config.image or {}).get("imageType")
    if kind not in (None, ImageVariant.DISTROLESS):
        yield Problem(
            ("meshConfig", "defaultConfig", "image", "imageType"),
            f"{shown(kind)} gives proxies images with a shell and tools for an intruder, which production refuses",
            "Remove the key to keep distroless",
        )


def _any_hosts(settings: MeshSettings) -> Iterator[Problem]:
    """Source: istio.io/latest/docs/ops/best-practices/security (avoid overly broad hosts)."""
    for name, gateway in settings.gateways.items():
        for index, server in enumerate(gateway.servers):
            if "*" in server.hosts and not gateway.any_host_reason:
                yield Problem(
                    ("gateways", name, "servers", index, "hosts", server.hosts.index("*")),
                    "'*' takes requests for names that nobody meant, which production refuses without a reason",
                    f"Name the hosts, or say why in gateways.{name}.anyHostReason",
                )


def _old_tls(settings: MeshSettings) -> Iterator[Problem]:
    """Servers that accept what RFC 8996 has retired."""
    for name, gateway in settings.gateways.items():
        for index, server in enumerate(gateway.servers):
            oldest = server.tls.min_protocol_version if server.tls else None
            if oldest in (TlsVersion.TLSV1_0, TlsVersion.TLSV1_1):
                yield Problem(
                    ("gateways", name, "servers", index, "tls", "minProtocolVersion"),
                    f"'{oldest}' is retired (RFC 8996), and production refuses it",
                    "Remove the key to keep TLSV1_2",
                )


def _too_few(workload: Workload, path: Path) -> Iterator[Problem]:
    if workload.smallest_scale >= 2:
        return
    enabled = workload.autoscaling.enabled
    yield Problem(
        (*path, "autoscaling", "minReplicas") if enabled else (*path, "replicaCount"),
        f"{workload.smallest_scale} replica is a single point of failure, which production refuses",
        "Choose 2 or more",
    )
