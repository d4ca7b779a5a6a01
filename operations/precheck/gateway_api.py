"""Whether the CRDs of the Gateway API in the cluster have what the stack writes: a mesh does not bring them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from components.kinds.catalog import Kind, kinds
from components.platform.manifest import Manifest
from components.platform.versions import minor_of
from components.settings.mesh import MeshSettings
from components.settings.wording import listed
from operations.precheck.documents import Cluster, Document, metadata, name_of, part, parts
from operations.precheck.findings import Finding, fine, refused, unreadable
from operations.precheck.objects import own_objects

CHECK = "Gateway API"
GROUP = "gateway.networking.k8s.io"
BUNDLES = {"1.28": "1.4", "1.30": "1.5"}
"""By the first minor version of Istio: the Gateway API that it is built with (go.mod of istio.io/istio)."""
_NEVER_STANDARD = ("TCPRoute",)
_STANDARD_LATER = {"TLSRoute": "1.5"}
"""Kinds that the standard channel has only from a bundle on (config/crd/standard of Gateway API 1.4.0 and 1.5.1)."""

Objects = Mapping[Kind, Sequence[Manifest]]


def check_gateway_api(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    """A finding for each kind, version and field of the stack's objects that the cluster's CRDs lack; none without any.

    Source: the CRDs, whose bundle version and channel are annotations (gateway-api.sigs.k8s.io, "Versioning").
    The API server refuses words that a CRD does not list, and refuses or drops its unknown fields.
    """
    objects = _objects(settings)
    if not objects:
        return []
    if cluster.crds is None:
        return [unreadable(CHECK, "CRDs")]
    crds = {name_of(one): one for one in cluster.crds}
    bundle = _bundle(settings.istio.version)
    found = [one for kind, its in objects.items() for one in _kind_findings(kind, its, crds, bundle)]
    told = f"the CRDs of {listed([kind.kind for kind in objects])} have all that the stack writes"
    return found or [fine(CHECK, told)]


def _objects(settings: MeshSettings) -> Objects:
    found: dict[Kind, list[Manifest]] = {}
    known = kinds()
    for manifest in own_objects(settings):
        group, _, _ = str(manifest["apiVersion"]).partition("/")
        if group == GROUP:
            found.setdefault(known[group, manifest["kind"]], []).append(manifest)
    return found


def _bundle(istio: str) -> str:
    return next(bundle for since, bundle in reversed(BUNDLES.items()) if minor_of(since) <= minor_of(istio))


def _kind_findings(
    kind: Kind, objects: Sequence[Manifest], crds: Mapping[str, Document], bundle: str
) -> Iterator[Finding]:
    crd = crds.get(f"{kind.plural}.{kind.group}")
    needed = f"{_name(objects[0])} needs" if len(objects) == 1 else f"{len(objects)} objects need"
    if crd is None:
        yield refused(CHECK, f"there is no CRD of {kind.kind}, which {needed}", _fix(kind, bundle))
        return
    annotations = metadata(crd, "annotations")
    told = [annotations[key] for key in (f"{GROUP}/bundle-version", f"{GROUP}/channel") if key in annotations]
    named = f"the CRD of {kind.kind} ({', '.join(told) or 'of unknown origin'})"
    version = str(objects[0]["apiVersion"]).rpartition("/")[2]
    served = {str(one["name"]): one for one in parts(crd, "spec", "versions") if one.get("served")}
    if version not in served:
        what = f"{named} serves {listed(list(served)) or 'no version'}, and not {version}, which {needed}"
        yield refused(CHECK, what, _fix(kind, bundle))
        return
    schema = part(served[version], "schema", "openAPIV3Schema", "properties", "spec")
    first: dict[str, Manifest] = {}
    for one in objects:
        for field in _lacking(one.get("spec"), schema, "spec"):
            first.setdefault(field, one)
    for field, one in first.items():
        fix = f"Install the CRDs of Gateway API {bundle}, experimental channel, or do without it"
        yield refused(CHECK, f"{named} lacks {field}, which {_name(one)} says", fix)


def _fix(kind: Kind, bundle: str) -> str:
    later = _STANDARD_LATER.get(kind.kind, bundle)
    channel = "experimental" if kind.kind in _NEVER_STANDARD or minor_of(bundle) < minor_of(later) else "standard"
    return f"Install the CRDs of Gateway API {bundle}, {channel} channel (gateway-api.sigs.k8s.io/guides)"


def _lacking(value: object, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    """The fields and words of a value that a CRD does not know, each once for all entries of a list."""
    if isinstance(value, dict):
        known: Mapping[str, Any] | None = schema.get("properties")
        for key, inner in cast("dict[str, object]", value).items():
            if known is None:
                continue  # A map whose keys are free.
            if key in known:
                yield from _lacking(inner, known[key], f"{place}.{key}")
            elif not schema.get("x-kubernetes-preserve-unknown-fields"):
                yield f"{place}.{key}"
    elif isinstance(value, list | tuple):
        inner = cast("Mapping[str, Any]", schema.get("items", {}))
        entries = cast("Sequence[object]", value)
        yield from dict.fromkeys(one for entry in entries for one in _lacking(entry, inner, f"{place}[]"))
    elif isinstance(value, str) and value not in schema.get("enum", (value,)):
        yield f"{value} of {place}"


def _name(manifest: Manifest) -> str:
    about = manifest["metadata"]
    return f"{manifest['kind']} {'/'.join(filter(None, (about.get('namespace'), about['name'])))}"
