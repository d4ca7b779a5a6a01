"""What is said about values of every kind of model, whatever pydantic calls the mistake."""

import json
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from components.settings.explain import explain
from components.settings.field_types import DnsLabel
from components.settings.model import SettingsModel


class Level(StrEnum):
    """An enumeration."""

    DEBUG = "debug"
    WARNING = "warning"


class File(SettingsModel):
    """A member of a union."""

    kind: Literal["file"]
    path: str


class Remote(SettingsModel):
    """Another one."""

    kind: Literal["remote"]
    address: str
    level: Level | None = None


class Root(SettingsModel):
    """One of everything."""

    levels: dict[DnsLabel, Level] = Field(default_factory=dict[str, Level])
    list_of_levels: tuple[Level, ...] = ()
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    word: Annotated[str, Field(min_length=2, max_length=4)] = "abc"
    few: Annotated[tuple[int, ...], Field(max_length=2)] = ()
    count: int | Annotated[str, Field(pattern="^[0-9]+%$")] = 1
    place: Annotated[File | Remote, Field(discriminator="kind")] | None = None
    places: dict[str, Annotated[File | Remote, Field(discriminator="kind")]] = Field(default_factory=dict[str, Any])


CASES: list[tuple[str, object, str]] = [
    ("levels", {"x": "warnin"}, "levels.x: 'warnin' is not one of debug, warning. Did you mean 'warning'? [MESH-104]"),
    (
        "listOfLevels",
        ["WARNING"],
        "listOfLevels[0]: 'WARNING' is not one of debug, warning. Did you mean 'warning'? [MESH-104]",
    ),
    ("share", 0, "share: 0 is too small. Choose more than 0.0. [MESH-106]"),
    ("share", 1.5, "share: 1.5 is too large. Choose less than 1.0. [MESH-106]"),
    ("share", "half", "share: 'half' is text, where a number is expected. Write it without quotes. [MESH-103]"),
    ("word", "a", "word: 'a' is too short. Use 2 characters or more. [MESH-107]"),
    ("word", "abcde", "word: 'abcde' is too long. Use at most 4 characters. [MESH-107]"),
    ("few", [1, 2, 3], "few: a list with too many entries. Keep at most 2. [MESH-107]"),
    ("count", "many", "count: 'many' does not have the right form. See docs/configuration.md. [MESH-105]"),
    ("place", {"kind": "flie"}, "place.kind: 'flie' is not one of file, remote. Did you mean 'file'? [MESH-104]"),
    (
        "place",
        {"path": "x"},
        "place: the key kind is required, but missing. Add `kind:`, which tells what the others mean. [MESH-102]",
    ),
    ("place", {"kind": "file"}, "place.path: required, but missing. Add it, for example `path: …`. [MESH-102]"),
    (
        "place",
        {"kind": "remote", "adress": "x", "address": "y"},
        "place.adress: unknown key. Did you mean 'address'? [MESH-101]",
    ),
    (
        "place",
        {"kind": "remote", "path": "x", "address": "y"},
        "place.path: unknown key. Known keys here: address, kind, level. [MESH-101]",
    ),
    (
        "places",
        {"a": {"kind": "remote", "address": "y", "level": "debgu"}},
        "places.a.level: 'debgu' is not one of debug, warning. Did you mean 'debug'? [MESH-104]",
    ),
    ("list_of_levels", [], "list_of_levels: unknown key. Did you mean 'listOfLevels'? [MESH-101]"),
    ("list-of-levels", [], "list-of-levels: unknown key. Did you mean 'listOfLevels'? [MESH-101]"),
    ("ListOfLevels", [], "ListOfLevels: unknown key. Did you mean 'listOfLevels'? [MESH-101]"),
]


@pytest.mark.parametrize(("key", "value", "expected"), CASES, ids=lambda one: str(one)[:40])
def test_a_mistake_is_told_once_and_in_the_words_of_the_file(key: str, value: object, expected: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Root.model_validate_json(json.dumps({key: value}), by_alias=True, by_name=False)
    told = [one.problem.line("f").removeprefix("f: mesh.") for one in explain(Root, raised.value)]
    assert told == [expected], "nothing of pydantic's own words or labels may show"
