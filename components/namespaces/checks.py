"""Checks of the namespaces."""

from collections.abc import Iterator

from components.namespaces.pod_security import pod_security_problems
from components.namespaces.settings import OWN_REVISION, Injection, InjectionRevision, NamespaceSettings
from components.namespaces.specs import injected
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.workload import quantity, resource_problems

INJECTION_LABELS = ("istio-injection", "istio.io/rev")
"""Labels that decide about injection (istio.io/latest/docs/setup/additional-setup/sidecar-injection)."""

DATAPLANE_MODE = "istio.io/dataplane-mode"
"""The label that has ztunnel take the pods of a namespace, but those with a sidecar (istio.io/latest/docs/ambient)."""

POD_SECURITY_PREFIX = "pod-security.kubernetes.io/"
"""Labels of Pod Security admission (kubernetes.io/docs/concepts/security/pod-security-admission)."""

KUBERNETES_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that Kubernetes makes itself, which this program therefore cannot create and must never delete."""


def namespace_problems(settings: MeshSettings) -> Iterator[Problem]:
    """No injection where it breaks something, and one place only that decides about it."""
    for name, namespace in settings.namespaces.items():
        yield from _label_problems(namespace, ("namespaces", name))
        yield from _revision_problems(namespace, ("namespaces", name, "injection"))
        yield from _empty_patch(namespace, ("namespaces", name))
        yield from _limit_problems(namespace, ("namespaces", name, "limits"))
        if name.startswith("kube-") and injected(namespace):
            yield Problem(
                ("namespaces", name, "injection"),
                f"the pods of '{name}' run before and below the mesh, and Istio never injects them",
                "Remove the key",
            )
    root = settings.control_plane.namespace
    if (declared := settings.namespaces.get(root)) and injected(declared):
        word = declared.injection.value if isinstance(declared.injection, Injection) else "a revision"
        yield Problem(
            ("namespaces", root, "injection"),
            f"'{word}' would inject a sidecar into istiod itself, which cannot start with one",
            "Remove the key",
        )
    yield from pod_security_problems(settings)
    yield from _owned_by_kubernetes(settings)


def _revision_problems(namespace: NamespaceSettings, path: Path) -> Iterator[Problem]:
    """A revision that no istiod has injects nothing, and says nothing: pods start without a sidecar."""
    injection = namespace.injection
    if not isinstance(injection, InjectionRevision):
        return
    if injection.external and injection.revision == OWN_REVISION:
        yield Problem((*path, "external"), f"'{OWN_REVISION}' is the revision of this stack's istiod", "Remove the key")
    if not injection.external and injection.revision != OWN_REVISION:
        yield Problem(
            (*path, "revision"),
            f"'{injection.revision}' is no revision of this stack, which installs '{OWN_REVISION}' only, so that pods "
            "would start without a sidecar",
            "Use `injection: enabled`, or add `external: true` where another istiod of the cluster has this revision",
        )


def _label_problems(namespace: NamespaceSettings, path: Path) -> Iterator[Problem]:
    if namespace.labels.get(DATAPLANE_MODE) == "ambient" and injected(namespace):
        yield Problem(
            (*path, "labels", DATAPLANE_MODE),
            "'ambient' takes no pods with a sidecar, which injection gives to each of them",
            "Remove it, or set `injection: disabled`",
        )
    for label in namespace.labels:
        here = (*path, "labels", label)
        if label in INJECTION_LABELS:
            yield Problem(here, "decides about injection, which has a key of its own", "Use `injection` instead")
        if label.startswith(POD_SECURITY_PREFIX) and not label.endswith("-version"):
            yield Problem(here, "decides about Pod Security, which has a key of its own", "Use `podSecurity` instead")


def _empty_patch(namespace: NamespaceSettings, path: Path) -> Iterator[Problem]:
    if not namespace.create and not namespace.model_fields_set - {"create"}:
        yield Problem(path, "is neither created nor labelled", "Add `injection` or `labels`, or remove it")


def _limit_problems(namespace: NamespaceSettings, path: Path) -> Iterator[Problem]:
    limits = namespace.limits
    if limits is None:
        return
    yield from resource_problems(limits, path)
    for name, limit, most in (
        ("cpu", limits.limits.cpu, limits.max.cpu),
        ("memory", limits.limits.memory, limits.max.memory),
    ):
        if limit and most and quantity(limit) > quantity(most):
            yield Problem(
                (*path, "limits", name),
                f"'{limit}' is above max.{name} ('{most}'); Kubernetes refuses such a LimitRange",
                f"Raise max.{name} or lower limits.{name}",
            )


def _owned_by_kubernetes(settings: MeshSettings) -> Iterator[Problem]:
    own = [name for name, one in settings.namespaces.items() if one.create]
    only_labelled = [name for name, one in settings.namespaces.items() if not one.create]
    paths: dict[Path, str] = {("namespaces", name): name for name in own}
    paths[("controlPlane", "namespace")] = settings.control_plane.namespace
    paths |= {("gateways", name, "namespace"): one.namespace for name, one in settings.gateways.items()}
    paths[("addons", "namespace")] = settings.addons.namespace
    for path, name in paths.items():
        if name in KUBERNETES_NAMESPACES and (name not in only_labelled or path[0] == "controlPlane"):
            yield Problem(
                path,
                f"'{name}' belongs to Kubernetes; this program creates its namespaces and deletes them on destroy",
                "Add `create: false` to only label it" if path[0] == "namespaces" else "Choose a namespace of its own",
            )
