"""Checks of what the mesh is installed from."""

from collections.abc import Iterator

from components.platform.versions import istio_version_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def platform_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A supported Istio, from one source of charts."""
    yield from istio_version_problems(settings.istio.version)
    charts = settings.istio.charts
    named = [key for key in ("repository", "folder", "oci") if getattr(charts, key)]
    if len(named) > 1:
        yield Problem(
            ("istio", "charts"),
            f"{' and '.join(named)} are given, but charts come from one source",
            "Keep one of them",
        )
