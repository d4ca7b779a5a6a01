"""Puts something plausible where a setting was refused, so that the rest of the file can be checked in the same run."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from pydantic import BaseModel

from components.settings.explain import Finding
from components.settings.lookup import field_at
from components.settings.problems import Path


def repaired(root: type[BaseModel], document: Mapping[str, object], findings: Iterable[Finding]) -> dict[str, object]:
    """A copy of `document` in which whatever `findings` are about is replaced.

    By the word that was probably meant or could stand there, else by the field's own example, else by leaving it out.
    The result serves for checks only and is never deployed.
    """
    copied = json.loads(json.dumps(document))
    for finding in findings:
        path = finding.problem.path
        if finding.unknown_key:
            _rename(_node(copied, path[:-1]), path[-1], finding.meant)
        elif (word := finding.meant or finding.plausible) and _node(copied, path[:-1]) is not None:
            _put(copied, path, word)
        else:
            _replace(root, copied, path)
    return copied


def _replace(root: type[BaseModel], document: Any, path: Path) -> None:
    """Put an example at `path`, or at the list around it when `path` is one of its entries."""
    for length in range(len(path), 0, -1):
        field, parent = field_at(root, path[:length]), _node(document, path[: length - 1])
        if field and field.examples:
            _put(document, path[:length], field.examples[0])
            return
        if field or parent is not None:
            _drop(parent, path[length - 1])
            return


def _rename(parent: Any, key: str | int, meant: str | None) -> None:
    if parent is not None:
        value = parent.pop(key, None)
        if meant:
            parent.setdefault(meant, value)


def _drop(parent: Any, key: str | int) -> None:
    if parent is not None:
        parent.pop(key, None)


def _put(document: Any, path: Path, value: object) -> None:
    parent = _node(document, path[:-1])
    if parent is not None:
        parent[path[-1]] = value


def _node(document: Any, path: Path) -> Any:
    """The map at `path`; None where the stack file has none, as for a value that came from the profile."""
    node = document
    for part in path:
        if isinstance(node, dict):
            node = cast("dict[str | int, Any]", node).get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(cast("list[Any]", node)):
            node = cast("list[Any]", node)[part]
        else:
            return None
    return cast("Any", node) if isinstance(node, dict) else None
