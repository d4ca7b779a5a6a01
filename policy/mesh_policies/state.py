"""An exported state (`pulumi stack export`) as resources."""

import json
from collections.abc import Mapping
from typing import Any, cast

from mesh_policies.resources import UNKNOWN, Path, Resource, entries, fields

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - how the state marks a secret, none itself
"""The key and the value by which a state marks a secret (sdk/go/common/resource/sig)."""


class StateError(Exception):
    """A text that is no exported state."""


def read_state(text: str) -> list[Resource]:
    """The resources of a state, with the inputs that the program gave them; encrypted values are unknown.

    Raises:
        StateError: the text is not what `pulumi stack export` writes.
    """
    try:
        document: object = json.loads(text)
    except ValueError:
        document = None
    deployment = fields(fields(document).get("deployment"))
    if not deployment:
        raise StateError("is no exported state. Make one: pulumi stack export --file FILE")
    return [_resource(fields(one)) for one in entries(deployment.get("resources"))]


def _resource(entry: Mapping[str, Any]) -> Resource:
    secrets: set[Path] = set()
    urn = entry["urn"]
    return Resource(
        urn=urn,
        type=entry["type"],
        name=urn.rpartition("::")[2],
        properties=fields(_plain(entry.get("inputs") or {}, (), secrets)),
        protected=bool(entry.get("protect")),
        secrets=frozenset(secrets),
    )


def _plain(value: Any, path: Path, secrets: set[Path]) -> Any:
    """A value without the marks of the state; `secrets` collects where secrets are."""
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        if mapping.get(_SIGNATURE) == _SECRET:
            secrets.add(path)
            return _plain(json.loads(mapping["plaintext"]), path, secrets) if "plaintext" in mapping else UNKNOWN
        if _SIGNATURE in mapping:
            return UNKNOWN
        return {key: _plain(inner, (*path, key), secrets) for key, inner in mapping.items()}
    if isinstance(value, list):
        return [_plain(inner, (*path, index), secrets) for index, inner in enumerate(cast("list[Any]", value))]
    return value
