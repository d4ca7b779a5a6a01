"""Checks of the namespaces."""

from collections.abc import Iterator

from components.namespaces.settings import Injection
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem

INJECTION_LABELS = ("istio-injection", "istio.io/rev")
"""Labels that decide about injection (istio.io/latest/docs/setup/additional-setup/sidecar-injection)."""

KUBERNETES_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that Kubernetes makes itself, which this program therefore cannot create and must never delete."""


def namespace_problems(settings: MeshSettings) -> Iterator[Problem]:
    """No injection where it breaks something, and one place only that decides about it."""
    for name, namespace in settings.namespaces.items():
        for label in INJECTION_LABELS:
            if label in namespace.labels:
                yield Problem(
                    ("namespaces", name, "labels", label),
                    "decides about injection, which has a key of its own",
                    "Use `injection` instead",
                )
    if _injection(settings, settings.control_plane.namespace) is Injection.ENABLED:
        yield Problem(
            ("namespaces", settings.control_plane.namespace, "injection"),
            "'enabled' would inject a sidecar into istiod itself, which cannot start with one",
            "Remove the key",
        )
    yield from _owned_by_kubernetes(settings)


def _owned_by_kubernetes(settings: MeshSettings) -> Iterator[Problem]:
    paths = {("namespaces", name): name for name in settings.namespaces}
    paths[("controlPlane", "namespace")] = settings.control_plane.namespace
    paths |= {("gateways", name, "namespace"): one.namespace for name, one in settings.gateways.items()}
    for path, name in paths.items():
        if name in KUBERNETES_NAMESPACES:
            yield Problem(
                path,
                f"'{name}' belongs to Kubernetes; this program creates its namespaces and deletes them on destroy",
                "Choose a namespace of its own",
            )


def _injection(settings: MeshSettings, namespace: str) -> Injection | None:
    declared = settings.namespaces.get(namespace)
    return declared.injection if declared else None
