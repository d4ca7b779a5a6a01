"""Checks a value against the shape of its kind, and says everything that is wrong with it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from components.kinds.findings import Findings
from components.kinds.loading import Shape
from components.kinds.node import Node
from components.kinds.scalars import number_problems, text_problems
from components.platform.versions import minor_of
from components.settings.codes import Code
from components.settings.problems import Path, Problem
from components.settings.wording import either, listed, mismatch, shown, suggestion


def shape_problems(node: Node, shape: Shape, istio: str | None = None) -> Iterator[Problem]:
    """Everything in which a value differs from `shape`, in the order of the value.

    What the API server refuses by a CRD's schema is refused here, and also keys that it would drop in silence. `istio`
    is the version that will read it; when given, what only newer versions have is refused too. Numbers have to be
    numbers and texts texts, as in all of a stack file.
    """
    found = Findings(istio)
    _check(node.value, shape, node.path, found)
    return iter(found.problems)


def _check(value: Any, shape: Shape, path: Path, found: Findings) -> None:
    """The heart of it, called for every value of a stack file; so it makes no objects for what is right."""
    if since := shape.get("since"):
        _version_problem(None, since, path, found)
    kind = shape.get("type", "")
    if value is None:
        if not shape.get("nullable"):
            fix = "Fill it, or remove the key to keep the default"
            found.add(path, mismatch(None, _WANTED.get(kind, "a value")), fix, Code.WRONG_TYPE)
    elif check := _BY_TYPE.get(kind):
        check(value, shape, path, found)
    elif shape.get("intOrString") and (not isinstance(value, int | str) or isinstance(value, bool)):
        found.add(path, mismatch(value, "a whole number or text"), "Write one of the two", Code.WRONG_TYPE)


def _check_flag(value: Any, _shape: Shape, path: Path, found: Findings) -> None:
    if not isinstance(value, bool):
        found.add(path, mismatch(value, "true or false"), "Write true or false without quotes", Code.WRONG_TYPE)


def _check_text(value: Any, shape: Shape, path: Path, found: Findings) -> None:
    if not isinstance(value, str):
        fix = "Put it in quotes" if isinstance(value, int | float) else "Replace it by text in quotes"
        if shape.get("format") == "duration":
            fix = "Write it with a unit, for example '10s'"
        found.add(path, mismatch(value, "text"), fix, Code.WRONG_TYPE)
        return
    if "enum" in shape and value not in shape["enum"]:
        words = [word for word in shape["enum"] if word]
        meant = suggestion(value, words)
        fix = f"Did you mean '{meant}'?" if meant else f"Choose {either(words)}"
        found.add(path, f"{shown(value)} is not one of {', '.join(words)}", fix, Code.NOT_ONE_OF)
        return
    if since := shape.get("valuesSince", {}).get(value):
        _version_problem(value, since, path, found)
    text_problems(value, shape, path, found)


def _check_map(value: Any, shape: Shape, path: Path, found: Findings) -> None:
    if not isinstance(value, dict):
        found.add(path, mismatch(value, "a map"), "Give it keys below, indented", Code.WRONG_TYPE)
    elif "open" not in shape:
        _check_keys(cast("dict[str, Any]", value), shape, path, found)


def _check_keys(value: dict[str, Any], shape: Shape, path: Path, found: Findings) -> None:
    properties = shape.get("properties")
    if properties is None:
        _check_free_map(value, shape, path, found)
    else:
        for key, one in value.items():
            inner = properties.get(key)
            if inner is not None:
                _check(one, inner, (*path, key), found)
            else:
                _unknown_key(key, list(properties), path, found)
    for key in shape.get("required", ()):
        if key not in value:
            found.add((*path, key), "required, but missing", f"Add `{key}:`", Code.MISSING_KEY)
    for group in shape.get("atMostOne", ()):
        given = [key for key in group if value.get(key) is not None]
        if len(given) > 1:
            found.add(path, f"has {' and '.join(given)}, which exclude each other", f"Keep one of {either(given)}")
    if "union" in shape:
        _check_union(value, shape["union"], path, found)


def _check_free_map(value: dict[str, Any], shape: Shape, path: Path, found: Findings) -> None:
    """A map whose keys the user chooses."""
    inner = shape.get("additionalProperties")
    form = shape.get("keyPattern")
    for key, one in value.items():
        if form and not found.fits(form, key):
            found.add((*path, key), "the key does not have the right form", found.form(form), Code.WRONG_FORM)
        if inner:
            _check(one, inner, (*path, key), found)
    found.count(value, "map", (shape.get("minProperties", 0), shape.get("maxProperties")), path)


def _check_union(value: dict[str, Any], union: dict[str, list[str]], path: Path, found: Findings) -> None:
    for key, (by, tag) in union.items():
        told = value.get(by)
        if told == tag and value.get(key) is None:
            found.add((*path, key), f"required with {by} {tag}, but missing", f"Add `{key}:`", Code.MISSING_KEY)
        elif told is not None and told != tag and value.get(key) is not None:
            fix = f"Remove it, or write `{by}: {tag}`"
            found.add((*path, key), f"has no meaning for {by} {shown(told)}, only for {tag}", fix)


def _check_list(value: Any, shape: Shape, path: Path, found: Findings) -> None:
    if isinstance(value, list):
        _check_entries(cast("list[Any]", value), shape, path, found)
    else:
        found.add(path, mismatch(value, "a list"), "Put '- ' before each entry", Code.WRONG_TYPE)


def _check_entries(value: list[Any], shape: Shape, path: Path, found: Findings) -> None:
    inner = shape.get("items")
    if inner is not None:
        for index, one in enumerate(value):
            _check(one, inner, (*path, index), found)
    found.count(value, "list", (shape.get("minItems", 0), shape.get("maxItems")), path)
    for keys in shape.get("uniqueBy", ()):
        seen: set[str] = set()
        for index, one in enumerate(value):
            told = [cast("dict[str, Any]", one).get(key) for key in keys] if isinstance(one, dict) else [None]
            if None not in told and repr(told) in seen:
                found.add((*path, index, keys[-1]), f"{shown(told[-1])} is given twice", "Use each one once")
            seen.add(repr(told))


def _unknown_key(key: str, known: list[str], path: Path, found: Findings) -> None:
    meant = suggestion(key, known)
    fix = f"Did you mean '{meant}'?" if meant else f"Known keys here: {listed(sorted(known))}"
    found.add((*path, key), "unknown key", fix, Code.UNKNOWN_KEY)


def _version_problem(word: str | None, since: str, path: Path, found: Findings) -> None:
    if found.istio is not None and minor_of(found.istio) < minor_of(since):
        told = "is there" if word is None else f"{shown(word)} is there"
        fix = "Remove it, or choose a newer istio.version" if word is None else "Choose another one"
        found.add(path, f"{told} from Istio {since} on, but istio.version is {found.istio}", fix)


_BY_TYPE: Mapping[str, Callable[[Any, Shape, Path, Findings], None]] = {
    "string": _check_text,
    "object": _check_map,
    "array": _check_list,
    "boolean": _check_flag,
    "integer": number_problems,
    "number": number_problems,
}

_WANTED = {
    "string": "text",
    "object": "a map",
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}
"""How messages call the types of a shape."""
