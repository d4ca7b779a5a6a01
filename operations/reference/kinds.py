"""The kinds of a stack file's resources, in the JSON Schema and in the reference of settings."""

from typing import Any, cast

from components.kinds.catalog import Kind, kinds
from components.kinds.loading import Shape, shape_of_kind
from components.kinds.scalars import BASE64

Schema = dict[str, Any]

_SAME = (
    "type",
    "enum",
    "pattern",
    "required",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
)
"""Words that mean the same in a shape and in JSON Schema."""

_BEGUN = """\
### The kinds of `resources`

An entry is a whole object, as documentation shows it. Every version that its kind was ever served at is taken; the
table says which one is deployed. The fields below `spec` are those of the kind's CRD.

| Kind | Deployed as | Taken as well |
|---|---|---|
"""


def with_kinds(entry: Schema) -> Schema:
    """The schema of an entry of `resources`, which completes and checks the spec by apiVersion and kind."""
    found = {key: value for key, value in entry.items() if key != "properties"}
    known = list(kinds().values())
    own = entry["properties"] | {
        "apiVersion": entry["properties"]["apiVersion"] | {"enum": sorted(_all_versions(known))},
        "kind": entry["properties"]["kind"] | {"enum": sorted({kind.kind for kind in known})},
    }
    homes: dict[str, list[Kind]] = {}
    for kind in known:
        homes.setdefault(kind.kind, []).append(kind)
    versions = [_versions_of(name, its) for name, its in homes.items()]
    return found | {"properties": own, "allOf": [*versions, *(_spec_of(kind) for kind in known)]}


def kind_definitions() -> dict[str, Schema]:
    """The schema of the spec of each kind, by the name under which `with_kinds` refers to it."""
    return {_name(kind): schema_of(shape_of_kind(kind)) for kind in kinds().values()}


def kinds_section() -> str:
    """The part of docs/configuration.md that lists the kinds."""
    rows = [f"| {kind.kind} | {_deployed(kind)} | {_taken(kind)} |" for kind in kinds().values()]
    return _BEGUN + "\n".join(rows) + "\n"


def _deployed(kind: Kind) -> str:
    """The version that is deployed, or each with the Istio from which on it is."""
    newest, *earlier = reversed(kind.api_versions)
    since = f" from Istio {kind.deployed[-1][0]} on, before " if earlier else ""
    since = f" from Istio {kind.since} on" if kind.since else since
    return f"`{newest}`" + since + ", ".join(f"`{one.rpartition('/')[2]}`" for one in earlier)


def _taken(kind: Kind) -> str:
    """The other versions that are taken."""
    deployed = {one.rpartition("/")[2] for one in kind.api_versions}
    return ", ".join(f"`{one}`" for one in kind.versions if one not in deployed) or "—"


def schema_of(shape: Shape) -> Schema:
    """A shape as JSON Schema. What JSON Schema has no word for is left to the preview."""
    words = cast("Schema", shape)
    found: Schema = {key: words[key] for key in _SAME if key in words}
    if words.get("nullable") and "type" in found:
        found["type"] = [found["type"], "null"]
    if words.get("intOrString"):
        found["type"] = ["integer", "string"]
    if words.get("format") == "byte":
        found["pattern"] = f"^{BASE64.pattern}$"
    if "properties" in shape:
        found["properties"] = {key: schema_of(inner) for key, inner in shape["properties"].items()}
        found["additionalProperties"] = False
    elif "additionalProperties" in shape:
        found["additionalProperties"] = schema_of(shape["additionalProperties"])
    if "items" in shape:
        found["items"] = schema_of(shape["items"])
    if "keyPattern" in shape:
        found["propertyNames"] = {"pattern": shape["keyPattern"]}
    pairs = [
        [one, other] for group in shape.get("atMostOne", ()) for i, one in enumerate(group) for other in group[i + 1 :]
    ]
    if pairs:
        found["not"] = {"anyOf": [{"required": pair} for pair in pairs]}
    return found


def _versions_of(name: str, homes: list[Kind]) -> Schema:
    """A kind has a version of one of the groups that have it."""
    versions = {"properties": {"apiVersion": {"enum": sorted(_all_versions(homes))}}}
    return {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": versions}


def _spec_of(kind: Kind) -> Schema:
    """An object of a kind has its fields, and a namespace if the kind has any."""
    its = {"apiVersion": {"enum": sorted(_all_versions([kind]))}, "kind": {"const": kind.kind}}
    metadata = {"required": ["namespace"]} if kind.namespaced else {"properties": {"namespace": False}}
    fields = {"spec": {"$ref": f"#/$defs/{_name(kind)}"}, "metadata": metadata}
    return {"if": {"properties": its, "required": ["apiVersion", "kind"]}, "then": {"properties": fields}}


def _all_versions(known: list[Kind]) -> set[str]:
    return {f"{kind.group}/{version}" for kind in known for version in kind.versions}


def _name(kind: Kind) -> str:
    return f"{kind.group}.{kind.kind}"
