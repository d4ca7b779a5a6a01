"""Whether the user may create, change and delete what the program deploys."""

from collections.abc import Iterable, Iterator

from components.namespaces.specs import mesh_namespaces
from components.observability.addons.charts import installed_addons
from components.platform.manifest import Manifest
from components.settings.mesh import MeshSettings
from operations.precheck.documents import Right
from operations.precheck.findings import Finding, fine, refused, warning
from operations.precheck.objects import own_objects, patched_objects, plural

CHECK = "rights"

Kinds = tuple[tuple[str, str], ...]

_VERBS = ("delete", "patch", "create")
"""Of what is deployed: Pulumi and Helm change objects by patches."""

_CRDS = Right(group="apiextensions.k8s.io", resource="customresourcedefinitions")

# Objects of the charts base, istiod and gateway of Istio 1.29; CRDs are apart, because Helm keeps them.
_CLUSTER: Kinds = (
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
)
_WORKLOAD: Kinds = (
    ("", "serviceaccounts"),
    ("", "services"),
    ("apps", "deployments"),
    ("autoscaling", "horizontalpodautoscalers"),
    ("policy", "poddisruptionbudgets"),
    ("rbac.authorization.k8s.io", "roles"),
    ("rbac.authorization.k8s.io", "rolebindings"),
)
_CONTROL_PLANE: Kinds = (("", "configmaps"),)
# Objects of the addons' charts of the catalogue, beside those of every workload.
_ADDON: Kinds = (("", "configmaps"), ("", "persistentvolumeclaims"))
_PROMETHEUS: Kinds = (
    ("apps", "daemonsets"),
    ("monitoring.coreos.com", "alertmanagers"),
    ("monitoring.coreos.com", "prometheuses"),
    ("monitoring.coreos.com", "prometheusrules"),
    ("monitoring.coreos.com", "servicemonitors"),
)
ESCALATE = Right(group="rbac.authorization.k8s.io", resource="clusterroles", verb="escalate")
"""Lets a user give istiod rights that the user does not have; cluster administrators have it."""


def needed_rights(settings: MeshSettings) -> list[Right]:
    """Every permission that is asked about for a stack."""
    crds = [Right(group=_CRDS.group, resource=_CRDS.resource, verb=verb) for verb in ("patch", "create")]
    rights = [*_of_objects(own_objects(settings), _VERBS), *_of_objects(patched_objects(settings), ("patch",))]
    return [*dict.fromkeys([*rights, *crds, *_of_charts(settings)]), ESCALATE]


def _of_charts(settings: MeshSettings) -> Iterator[Right]:
    root = settings.control_plane.namespace
    yield from _all(_CLUSTER, "")
    yield from _release(root)
    yield from _all(_CONTROL_PLANE, root)
    if settings.control_plane.network_policy:
        yield from _all((("networking.k8s.io", "networkpolicies"),), root)
    for namespace in sorted({gateway.namespace for gateway in settings.gateways.values()}):
        yield from _release(namespace)
    if installed := installed_addons(settings.addons):
        yield from _release(settings.addons.namespace)
        yield from _all(_ADDON + (_PROMETHEUS if "prometheus" in installed else ()), settings.addons.namespace)


def _release(namespace: str) -> Iterator[Right]:
    """What a Helm release of a workload needs; Helm keeps its own state in Secrets (pkg/storage/driver/secrets.go)."""
    yield from _all(_WORKLOAD, namespace)
    for verb in ("list", "update", "delete", "create"):
        yield Right(group="", resource="secrets", namespace=namespace, verb=verb)


def _all(resources: Kinds, namespace: str) -> Iterator[Right]:
    for group, resource in resources:
        yield from (Right(group=group, resource=resource, namespace=namespace, verb=verb) for verb in _VERBS)


def _of_objects(manifests: Iterable[Manifest], verbs: tuple[str, ...]) -> Iterator[Right]:
    for manifest in manifests:
        group, resource = plural(manifest)
        namespace = manifest["metadata"].get("namespace", "")
        yield from (Right(group=group, resource=resource, namespace=namespace, verb=verb) for verb in verbs)


def check_rights(settings: MeshSettings, allowed: dict[Right, bool]) -> list[Finding]:
    """Refused when something cannot be deployed; a missing `escalate` only warns, as the user may have the rights."""
    missing = [right for right in allowed if not allowed[right] and right != ESCALATE]
    if missing:
        fix = "Use a context with the rights of a cluster administrator, or have them granted"
        return [refused(CHECK, f"the user may not: {_told(missing)}", fix)]
    if not allowed.get(ESCALATE, False):
        what = "the user may not escalate clusterroles, and may give istiod only rights that it has itself"
        return [warning(CHECK, what, "If the installation fails with 'attempting to grant RBAC permissions', grant it")]
    places = len(mesh_namespaces(settings))
    what = f"all that the stack needs may be created, changed and deleted ({len(allowed)} rights, {places} namespaces)"
    return [fine(CHECK, what)]


def _told(rights: list[Right]) -> str:
    """The rights, with the verbs of one resource together."""
    verbs: dict[str, list[str]] = {}
    for right in rights:
        verbs.setdefault(str(right).removeprefix(f"{right.verb} "), []).append(right.verb)
    return ", ".join(f"{' and '.join(found)} {what}" for what, found in verbs.items())
