"""Stacks with several objects, written shortly, for tables of what their parts say about one another."""

import copy
from pathlib import Path
from typing import Any, cast

from components.kinds.catalog import kinds
from tests.support.documents import document
from tests.support.stacks import DEMO, changed

Rows = list[dict[str, Any]]

BASE: dict[str, Any] = {key: value for key, value in DEMO.items() if key != "samples"} | {
    "namespaces": {"shop": {"injection": "enabled"}, "bank": {"injection": "enabled"}}
}
"""A stack with an ingress gateway for all hosts on port 80, and with two namespaces."""

_KUBERNETES_GATEWAY = ("gateway.networking.k8s.io", "Gateway")


def rows_of(name: str) -> Rows:
    """The rows of a table beside this module.

    `stack` changes BASE at dotted paths, `objects` are mesh.resources: kind and NAMESPACE/NAME beside `spec` and
    `annotations`. `expect`
    are the messages, and `twin` changes the stack at dotted paths (`objects.0.spec…`) so that none is left.
    """
    return document(Path(__file__).with_name(name))


def stack_of(row: dict[str, Any]) -> dict[str, Any]:
    """The stack that a row describes."""
    stack: dict[str, Any] = copy.deepcopy(BASE)
    for path, value in row.get("stack", {}).items():
        stack = changed(stack, path, value)
    return stack | {"resources": [_object(one) for one in row.get("objects", []) if one]}


def twin_of(row: dict[str, Any]) -> dict[str, Any]:
    """The stack that differs from it by `twin`; null takes an entry away."""
    twin: dict[str, Any] = {"stack": {}, "objects": [], **copy.deepcopy(row)}
    for path, value in row["twin"].items():
        if path.startswith("objects"):
            twin = changed(twin, path, value)
        else:
            twin["stack"][path] = value
    return _without_nulls(stack_of(twin))


def _object(short: dict[str, Any]) -> dict[str, Any]:
    (kind, place), *_ = short.items()
    namespace, _, name = str(place).partition("/")
    key = _KUBERNETES_GATEWAY if kind == "KubernetesGateway" else next(one for one in kinds() if one[1] == kind)
    metadata = {"name": name, "namespace": namespace, "annotations": short.get("annotations", {})}
    return {"apiVersion": kinds()[key].api_version, "kind": key[1], "metadata": metadata, "spec": short["spec"]}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {key: _without_nulls(one) for key, one in entries.items() if one is not None}
    return (
        [_without_nulls(one) for one in cast("list[Any]", value) if one is not None]
        if isinstance(value, list)
        else value
    )
