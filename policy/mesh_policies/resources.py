"""Resources as the rules see them, whether Pulumi's engine hands them over or an exported state does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast


class Unknown:
    """A value that is only known after the deployment."""


UNKNOWN: Final = Unknown()
"""Stands for each value that cannot be judged: it is there, and neither right nor wrong."""

Path = tuple[str | int, ...]
"""Keys and list positions below the properties of a resource."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a stack."""

    urn: str
    type: str
    name: str
    """Its name in the program, not in the cluster."""
    properties: Mapping[str, Any]
    protected: bool = False
    """Whether Pulumi refuses to delete it."""
    secrets: frozenset[Path] = frozenset()
    """Where secrets are that the state keeps encrypted; the analyzer's interface does not tell."""

    @property
    def stack(self) -> str:
        """The name of its stack (pulumi.com/docs/iac/concepts/resources/names, URNs)."""
        return self.urn.split("::")[0].rpartition(":")[2]

    @property
    def group(self) -> str:
        """The API group of a Kubernetes object, 'core' for that without a name; empty for everything else."""
        package, _, member = self.type.partition(":")
        return member.rpartition(":")[0].partition("/")[0] if package == "kubernetes" else ""

    @property
    def kind(self) -> str:
        """The kind of a Kubernetes object; that of a Patch is the one that it changes."""
        return self.type.rpartition(":")[2].removesuffix("Patch")

    @property
    def partial(self) -> bool:
        """Whether it only changes some fields of an object that somebody else owns."""
        return bool(self.group) and self.type.endswith("Patch")

    def is_a(self, group: str, kind: str) -> bool:
        """Whether it is an object of this kind, at any version."""
        return self.group == group and self.kind == kind

    def at(self, *keys: str | int) -> Any:
        """The property at this path, as `at`."""
        return at(self.properties, *keys)

    @property
    def label(self) -> str:
        """Type and name, for people."""
        return f"{self.type} {self.name}"


def at(value: Any, *keys: str | int) -> Any:
    """What lies below `keys`; None where nothing does, UNKNOWN below what is unknown."""
    for key in keys:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(key, str):
            value = fields(value).get(key)
        else:
            found = entries(value)
            value = found[key] if key < len(found) else None
    return value


def fields(value: Any) -> Mapping[str, Any]:
    """A map, or an empty one for everything else."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def entries(value: Any) -> Sequence[Any]:
    """A list, or an empty one for everything else."""
    return cast("Sequence[Any]", value) if isinstance(value, list | tuple) else ()


def number(value: Any) -> float | None:
    """A number, also where it is written as text; None for everything else."""
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None


def truth(value: Any) -> bool:
    """Whether a switch is on, also where it is written as text."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """`value` and everything below it, each with its path."""
    yield path, value
    for key, inner in fields(value).items():
        yield from walk(inner, (*path, key))
    for position, inner in enumerate(entries(value)):
        yield from walk(inner, (*path, position))
