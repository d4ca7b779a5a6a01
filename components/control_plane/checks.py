"""Checks of istiod."""

from collections.abc import Iterator

from components.settings.mesh import MeshSettings
from components.settings.problems import Problem
from components.settings.workload import workload_problems


def control_plane_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A scale and size of istiod that Kubernetes accepts."""
    yield from workload_problems(settings.control_plane, ("controlPlane",))
