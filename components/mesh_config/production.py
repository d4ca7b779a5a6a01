"""What MeshConfig and the sidecars of a production stack must not be."""

from collections.abc import Iterator

from components.mesh_config.settings import Normalization
from components.mesh_config.sidecars import ProxyLogLevel
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def mesh_config_guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    """Full sampling, plain text between workloads, chatty logs, and paths that slip past rules."""
    mesh = settings.mesh_config
    tracing = mesh.default_config.tracing
    if tracing and tracing.sampling is not None and tracing.sampling >= 100:
        yield Problem(
            ("meshConfig", "defaultConfig", "tracing", "sampling"),
            f"{tracing.sampling:g} traces every request, which production refuses",
            "Choose 1 to 10, or use the profile demo",
        )
    if mesh.enable_auto_mtls is False:
        yield Problem(
            ("meshConfig", "enableAutoMtls"),
            "false has proxies send plain text, which production refuses",
            "Remove the key to keep true, or use the profile demo",
        )
    if mesh.path_normalization and mesh.path_normalization.normalization is Normalization.NONE:
        yield Problem(
            ("meshConfig", "pathNormalization", "normalization"),
            "'NONE' opens ways around rules that name paths, which production refuses",
            "Choose BASE or a stronger one",
        )
    if settings.proxy.log_level in (ProxyLogLevel.TRACE, ProxyLogLevel.DEBUG):
        yield Problem(
            ("proxy", "logLevel"),
            f"'{settings.proxy.log_level}' logs each request of each sidecar, which production refuses",
            "Choose info or warning, and raise the level of one pod with the annotation sidecar.istio.io/logLevel",
        )
