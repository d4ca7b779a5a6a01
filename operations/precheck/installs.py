"""Whether another Istio is in the cluster, or what is left of one."""

import re

from components.namespaces.specs import mesh_namespaces
from components.settings.mesh import MeshSettings
from operations.precheck.documents import Cluster, Document, metadata, name_of, owner_of, part, parts
from operations.precheck.findings import Finding, fine, refused, unreadable, warning

CHECK = "other installs"
BASE_RELEASE = "istio-base"
CONTROL_PLANE_RELEASE = "istiod"
_OURS = {"app.kubernetes.io/part-of": "istio-mesh"}


def check_installs(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    """One finding for each thing of another Istio; a stack that is deployed already is fine."""
    findings = [
        *_control_planes(settings, cluster),
        *_webhooks(settings, cluster),
        *_crds(settings, cluster),
        *_releases(settings, cluster),
    ]
    return findings or [fine(CHECK, "no other Istio is in the cluster")]


def _control_planes(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    if cluster.deployments is None:
        return [unreadable(CHECK, "deployments")]
    root = settings.control_plane.namespace
    findings: list[Finding] = []
    for istiod in cluster.deployments:
        owner = owner_of(istiod)
        if owner == (root, CONTROL_PLANE_RELEASE):
            findings += _same_name(settings, root, cluster)
            continue
        by = f"Helm release {owner[0]}/{owner[1]}" if owner else "no Helm release (istioctl install, or manifests)"
        revision = metadata(istiod, "labels").get("istio.io/rev", "default")
        what = f"the control plane {name_of(istiod)} of {by}, revision {revision}, is not of this stack"
        if revision == "default" or istiod["metadata"].get("namespace") == root:
            fix = "Uninstall it first, or choose its cluster for another stack: both would inject into the same pods"
            findings.append(refused(CHECK, what, fix))
        else:
            findings.append(warning(CHECK, what, "Both may run side by side; only one of them may own the CRDs"))
    return findings


def _same_name(settings: MeshSettings, root: str, cluster: Cluster) -> list[Finding]:
    """The program's own release names are those of Istio's documentation; the namespace tells whose they are.

    Where the stack only labels the namespace, nothing does.
    """
    if not mesh_namespaces(settings)[root].create:
        return []
    namespace = next((one for one in cluster.namespaces or [] if one["metadata"]["name"] == root), None)
    if namespace is None or metadata(namespace, "labels").items() >= _OURS.items():
        return []
    what = f"{root}/istiod is of a Helm release with the name that this stack uses, in a namespace that it did not make"
    fix = "If another tool installed it: uninstall it, or import the release into the stack (pulumi import)"
    return [warning(CHECK, what, fix)]


def _webhooks(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    if cluster.webhooks is None:
        return [unreadable(CHECK, "webhook configurations")]
    root = settings.control_plane.namespace
    ours = {(root, CONTROL_PLANE_RELEASE), (root, BASE_RELEASE)}
    running = {istiod["metadata"].get("namespace") for istiod in cluster.deployments or []}
    findings: list[Finding] = []
    for configuration in cluster.webhooks:
        hooks = parts(configuration, "webhooks")
        services = [part(hook, "clientConfig", "service") for hook in hooks]
        istiods = sorted({str(one["namespace"]) for one in services if str(one.get("name")).startswith("istiod")})
        if not istiods or owner_of(configuration) in ours:
            continue
        name = f"{configuration.get('kind', 'webhook')} {name_of(configuration)}"
        fails = any(hook.get("failurePolicy") == "Fail" for hook in hooks)
        if fails and not running.intersection(istiods) and cluster.deployments is not None:
            what = f"{name} calls istiod in {', '.join(istiods)}, which is not there, so that what it guards is refused"
            findings.append(refused(CHECK, what, "Delete it: it is left of an Istio that was removed"))
        elif root in istiods:
            what = f"{name} calls istiod in {root}, and is not of this stack's Helm releases"
            findings.append(refused(CHECK, what, "Uninstall the Istio that it belongs to, or delete it"))
    return findings


def _crds(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    if cluster.crds is None:
        return [unreadable(CHECK, "CRDs")]
    istio = [one for one in cluster.crds if name_of(one).endswith(".istio.io")]
    root, version = settings.control_plane.namespace, settings.istio.version
    findings: list[Finding] = []
    foreign = [one for one in istio if owner_of(one) != (root, BASE_RELEASE)]
    if foreign:
        owner = owner_of(foreign[0])
        by = f"Helm release {owner[0]}/{owner[1]}" if owner else "no Helm release"
        what = f"{len(foreign)} of Istio's CRDs are of {by}, such as {name_of(foreign[0])}; Helm refuses to take them"
        fix = (
            "Have them taken over, each: kubectl label crd NAME app.kubernetes.io/managed-by=Helm --overwrite; kubectl "
            f"annotate crd NAME meta.helm.sh/release-name={BASE_RELEASE} meta.helm.sh/release-namespace={root} "
            "--overwrite"
        )
        findings.append(refused(CHECK, what, fix))
    newer = [one for one in istio if _crd_version(one) > _numbers(version)]
    if newer:
        found = max(_crd_version(one) for one in newer)
        what = f"Istio's CRDs are of {'.'.join(map(str, found))}, newer than the stack's Istio {version}"
        fix = "Choose that version or a newer one in istio.version: older CRDs drop fields of what is stored"
        findings.append((refused if found[:2] > _numbers(version)[:2] else warning)(CHECK, what, fix))
    return findings


def _releases(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    if cluster.releases is None:
        return [unreadable(CHECK, "Helm releases (secrets)")]
    root = settings.control_plane.namespace
    wanted = {(root, BASE_RELEASE), (root, CONTROL_PLANE_RELEASE)}
    wanted |= {(gateway.namespace, name) for name, gateway in settings.gateways.items()}
    return [
        refused(
            CHECK,
            f"Helm release {one.namespace}/{one.name} is {one.status}: it was cut off, and Helm refuses others",
            f"helm rollback {one.name} -n {one.namespace}, or helm uninstall for a first installation; then pulumi "
            "refresh",
        )
        for one in cluster.releases
        if (one.namespace, one.name) in wanted and one.status.startswith("pending-")
    ]


def _crd_version(crd: Document) -> tuple[int, ...]:
    """The version that the chart base writes on its CRDs; (0,) without it."""
    labels = metadata(crd, "labels")
    return _numbers(labels.get("app.kubernetes.io/version") or labels.get("helm.sh/chart", "").removeprefix("base-"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall("[0-9]+", version)[:3]) or (0,)
