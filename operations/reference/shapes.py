"""The shapes of the kinds, from the CRDs that Istio and the Gateway API publish.

`python -m operations.reference.shapes --istio FILE --gateway-api FOLDER` writes components/kinds/shapes anew. A kind
that came later than that Istio keeps its shape, unless a FILE with the CRDs of a newer Istio is given before the other.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from components.kinds.catalog import Kind, kinds
from components.kinds.loading import shape_file
from operations.reference.rules import expressed

SHAPES = Path(__file__).parents[2] / "components" / "kinds" / "shapes"
_WIDTH = 110

_KEPT = (
    "type",
    "enum",
    "pattern",
    "format",
    "required",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "nullable",
)
"""What is taken from a CRD as it is. Texts for people are not: a shape holds facts only."""


def shapes(sources: Iterable[Path]) -> dict[str, str]:
    """The content of each file of shapes, by its name, from files of CRDs or folders of them.

    The last one that has a kind counts. A kind that not every supported Istio has may be missing.

    Raises:
        LookupError: when another kind of the catalogue is not among the CRDs, or none is served at a version that is
            deployed.
    """
    documents = {(one["spec"]["group"], one["spec"]["names"]["kind"]): one["spec"] for one in _definitions(sources)}
    wanted = [kind for kind in kinds().values() if kind.key in documents or not kind.since]
    return {shape_file(kind): _lines(_spec(kind, documents)) + "\n" for kind in wanted}


def _definitions(sources: Iterable[Path]) -> Iterator[Any]:
    for source in sources:
        for file in sorted(source.glob("*.yaml")) if source.is_dir() else [source]:
            documents = yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            yield from (one for one in documents if one and one.get("kind") == "CustomResourceDefinition")


def _spec(kind: Kind, documents: Mapping[tuple[str, str], Any]) -> Any:
    found = documents.get(kind.key)
    if found is None:
        raise LookupError(f"{kind.kind} of {kind.group} is not among the CRDs")
    served = {one["name"]: one for one in found["versions"] if one["served"]}
    fitting = [one for one in kind.api_versions if one.rpartition("/")[2] in served]
    if not fitting:
        raise LookupError(f"{kind.kind} of {kind.group} is served at {', '.join(served)}, but kinds.json differs")
    if found["names"]["plural"] != kind.plural or (found["scope"] == "Namespaced") is not kind.namespaced:
        raise LookupError(f"plural or scope of {kind.kind} of {kind.group} differs from kinds.json")
    return shape_of(served[fitting[-1].rpartition("/")[2]]["schema"]["openAPIV3Schema"]["properties"]["spec"])


def shape_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The shape of one schema of a CRD, with everything within it."""
    shape: dict[str, Any] = {key: schema[key] for key in _KEPT if key in schema}
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return shape | {"open": True}
    if schema.get("x-kubernetes-int-or-string"):
        shape["intOrString"] = True
    if "required" in shape:
        shape["required"] = sorted(shape["required"])
    if "properties" in schema:
        shape["properties"] = {key: shape_of(inner) for key, inner in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), Mapping):
            shape[key] = shape_of(schema[key])
    if schema.get("x-kubernetes-list-map-keys"):
        shape["uniqueBy"] = [schema["x-kubernetes-list-map-keys"]]
    groups = [*_groups(schema), *(group for one in schema.get("allOf", ()) for group in _groups(one))]
    if groups:
        shape["atMostOne"] = groups
    for rule in schema.get("x-kubernetes-validations", ()):
        expressed(rule["rule"], shape)
    return shape


def _groups(schema: Mapping[str, Any]) -> Iterator[list[str]]:
    """A oneof of protobuf, which Istio's CRDs write as none of these, or exactly one of them."""
    members = [one["required"] for one in schema.get("oneOf", ()) if "required" in one]
    if len(members) > 1:
        yield [key for keys in members for key in keys]


def _lines(value: Any, indent: str = "") -> str:
    """JSON with sorted keys, a line for whatever fits one, so that a change upstream is a change of few lines."""
    flat = json.dumps(value, sort_keys=True)
    if len(flat) + len(indent) <= _WIDTH or not isinstance(value, dict):
        return flat
    deeper = indent + " "
    entries = sorted(cast("dict[str, Any]", value).items())
    inner = [f"{deeper}{json.dumps(key)}: {_lines(one, deeper)}" for key, one in entries]
    return "{\n" + ",\n".join(inner) + f"\n{indent}}}"


def main() -> None:
    """Write the files anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--istio", type=Path, nargs="+", required=True, help="crd-all.gen.yaml of Istio's base chart, or a folder"
    )
    parser.add_argument("--gateway-api", type=Path, required=True, help="the folder of the Gateway API's CRDs")
    args = parser.parse_args()
    SHAPES.mkdir(exist_ok=True)
    for name, text in shapes([*args.istio, args.gateway_api]).items():
        (SHAPES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
