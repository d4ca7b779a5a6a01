"""Whether the user may create what the program creates."""

from collections.abc import Iterator

from components.namespaces.specs import foreign_namespaces, mesh_namespaces
from components.security.network_policies.specs import network_policies
from components.security.roles.specs import role_manifests
from components.settings.mesh import MeshSettings
from components.tls.references import placements
from components.tls.settings import CertManagerTls
from operations.precheck.documents import Right
from operations.precheck.findings import Finding, fine, refused, warning

CHECK = "rights"

# Objects of the charts base, istiod and gateway of Istio 1.29, of Helm (Secrets) and of the program itself.
_CLUSTER = (
    ("", "namespaces"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
)
_WORKLOAD = (
    ("", "secrets"),
    ("", "serviceaccounts"),
    ("", "services"),
    ("apps", "deployments"),
    ("autoscaling", "horizontalpodautoscalers"),
    ("policy", "poddisruptionbudgets"),
    ("rbac.authorization.k8s.io", "roles"),
    ("rbac.authorization.k8s.io", "rolebindings"),
)
_CONTROL_PLANE = (("", "configmaps"), ("security.istio.io", "peerauthentications"))
_GATEWAY = (("networking.istio.io", "gateways"),)
_SAMPLE = (
    ("", "serviceaccounts"),
    ("", "services"),
    ("apps", "deployments"),
    ("networking.istio.io", "virtualservices"),
    ("networking.istio.io", "destinationrules"),
)
ESCALATE = Right(group="rbac.authorization.k8s.io", resource="clusterroles", verb="escalate")
"""Lets a user give istiod rights that the user does not have; cluster administrators have it."""


def needed_rights(settings: MeshSettings) -> list[Right]:
    """Every permission that is asked about for a stack."""
    root = settings.control_plane.namespace
    rights = [Right(group=group, resource=resource) for group, resource in _CLUSTER]
    rights += [Right(group=group, resource=resource, namespace=root) for group, resource in _WORKLOAD + _CONTROL_PLANE]
    for namespace in sorted({gateway.namespace for gateway in settings.gateways.values()}):
        wanted = _WORKLOAD + _GATEWAY
        rights += [Right(group=group, resource=resource, namespace=namespace) for group, resource in wanted]
    return [*dict.fromkeys([*rights, *_namespace_rights(settings), *_optional_rights(settings)]), ESCALATE]


def _namespace_rights(settings: MeshSettings) -> Iterator[Right]:
    """What only some namespaces need."""
    for name, namespace in mesh_namespaces(settings).items():
        if not namespace.create:
            yield Right(group="", resource="namespaces", verb="patch")
        if namespace.resource_quota:
            yield Right(group="", resource="resourcequotas", namespace=name)
        if namespace.limits:
            yield Right(group="", resource="limitranges", namespace=name)
    for name in foreign_namespaces(settings):
        yield Right(group="", resource="configmaps", namespace=name, verb="patch")


def _optional_rights(settings: MeshSettings) -> Iterator[Right]:
    """What only some stacks create."""
    if settings.control_plane.network_policy:
        namespace = settings.control_plane.namespace
        yield Right(group="networking.k8s.io", resource="networkpolicies", namespace=namespace)
    for policy in network_policies(settings).values():
        yield Right(group="networking.k8s.io", resource="networkpolicies", namespace=policy["metadata"]["namespace"])
    for manifest in role_manifests(settings).values():
        if manifest["kind"] == "RoleBinding":
            namespace = manifest["metadata"]["namespace"]
            yield Right(group="rbac.authorization.k8s.io", resource="rolebindings", namespace=namespace)
    for name in settings.mtls.namespaces:
        yield Right(group="security.istio.io", resource="peerauthentications", namespace=name)
    for place in placements(settings):
        if isinstance(settings.tls[place.name], CertManagerTls):
            yield Right(group="cert-manager.io", resource="certificates", namespace=place.namespace)
    if sample := settings.samples.bookinfo:
        for group, resource in _SAMPLE:
            yield Right(group=group, resource=resource, namespace=sample.namespace)


def check_rights(settings: MeshSettings, allowed: dict[Right, bool]) -> list[Finding]:
    """Refused when something cannot be created; a missing `escalate` only warns, as the user may have the rights."""
    missing = [right for right in allowed if not allowed[right] and right != ESCALATE]
    if missing:
        everywhere = ", ".join(str(right) for right in missing)
        fix = "Use a context with the rights of a cluster administrator, or have them granted"
        return [refused(CHECK, f"the user may not: {everywhere}", fix)]
    if not allowed.get(ESCALATE, False):
        what = "the user may not escalate clusterroles, and may give istiod only rights that it has itself"
        return [warning(CHECK, what, "If the installation fails with 'attempting to grant RBAC permissions', grant it")]
    places = len(mesh_namespaces(settings))
    return [fine(CHECK, f"all that the stack needs may be created ({len(allowed)} rights, {places} namespaces)")]
