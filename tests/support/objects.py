"""Objects in their own field names, for tests."""

from typing import Any, cast

from tests.support.documents import document
from tests.support.stacks import ROOT, changed

OBJECTS: dict[str, dict[str, Any]] = document(ROOT / "tests/resources/objects.yaml")
"""One object of each kind that is right; the Gateway of the Gateway API is called KubernetesGateway."""


def object_with(kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    """The object of this kind with values at dotted paths; a value 'REMOVED' takes the key away."""
    document = OBJECTS[kind]
    for path, value in changes.items():
        document = changed(document, path, value)
        if value == "REMOVED":
            _take_away(document, path)
    return document


def _take_away(document: dict[str, Any], path: str) -> None:
    *parents, last = path.split(".")
    node: Any = document
    for part in parents:
        node = cast("Any", node[int(part)] if isinstance(node, list) else node[part])
    del node[last]
