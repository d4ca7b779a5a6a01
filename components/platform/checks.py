"""Checks of what the mesh is installed from."""

from collections.abc import Iterator

from components.platform.charts import chart_source_problems
from components.platform.extra_values import cni_enabled, extra_values_problems
from components.platform.settings import KubernetesPlatform
from components.platform.versions import istio_version_problems, minor_of
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

OLDEST_COMPATIBILITY = 25
"""The minor version with which the compatibility values in the charts of Istio 1.28 to 1.30 begin."""


def platform_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A supported Istio, from one source of charts."""
    yield from istio_version_problems(settings.istio.version)
    yield from chart_source_problems(settings.istio.charts, ("istio", "charts"))
    yield from _compatibility_problems(settings)
    yield from extra_values_problems(settings.istio)
    yield from _openshift_problems(settings)
    for path, name in _priorities(settings):
        if settings.istio.platform is KubernetesPlatform.GKE and name and name.startswith("system-"):
            yield Problem(
                path,
                f"'{name}' is admitted by GKE only in namespaces with a ResourceQuota for it",
                "Choose a PriorityClass of your own, or null for none",
            )


def _openshift_problems(settings: MeshSettings) -> Iterator[Problem]:
    """The overlay for OpenShift lets sidecars check that the CNI plugin has been at work, and stop where it was not.

    Sources: files/profile-platform-openshift.yaml of the chart istiod, and
    istio.io/latest/docs/setup/platform-setup/openshift.
    """
    if settings.istio.platform is KubernetesPlatform.OPENSHIFT and cni_enabled(settings.istio) is None:
        yield Problem(
            ("istio", "platform"),
            "'openshift' leaves the redirection of traffic to Istio's CNI plugin, which this program does not install "
            "and without which no pod with a sidecar starts",
            "Install it beside this stack, and say so with `istio.extraValues.istiod.cni.enabled: true`",
        )


def _priorities(settings: MeshSettings) -> Iterator[tuple[Path, str | None]]:
    yield ("controlPlane", "priorityClassName"), settings.control_plane.priority_class_name
    for name, gateway in settings.gateways.items():
        yield ("gateways", name, "priorityClassName"), gateway.priority_class_name


def _compatibility_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A version for which the charts have the values of then (files/profile-compatibility-version-*.yaml)."""
    wanted = settings.istio.compatibility_version
    if wanted is None:
        return
    major, minor = minor_of(settings.istio.version)
    known = [f"{major}.{earlier}" for earlier in range(OLDEST_COMPATIBILITY, minor)]
    if wanted not in known:
        yield Problem(
            ("istio", "compatibilityVersion"),
            f"'{wanted}' is not among the versions that Istio {settings.istio.version} can behave like: "
            f"{', '.join(known)}",
            "Choose one of them, or remove it",
        )
