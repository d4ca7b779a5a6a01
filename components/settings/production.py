"""What a production stack refuses although demo allows it."""

from collections.abc import Iterator

from components.security.mtls.settings import MtlsMode
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.profiles import Profile
from components.settings.workload import Workload


def production_problems(settings: MeshSettings) -> Iterator[Problem]:
    """The guard rails: nothing for another profile than production."""
    if settings.profile is not Profile.PRODUCTION:
        return
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
    yield from _too_few(settings.control_plane, ("controlPlane",))
    for name, gateway in settings.gateways.items():
        yield from _too_few(gateway, ("gateways", name))


def _too_few(workload: Workload, path: Path) -> Iterator[Problem]:
    if workload.smallest_scale >= 2:
        return
    enabled = workload.autoscaling.enabled
    yield Problem(
        (*path, "autoscaling", "minReplicas") if enabled else (*path, "replicaCount"),
        f"{workload.smallest_scale} replica is a single point of failure, which production refuses",
        "Choose 2 or more",
    )
