"""Turns pydantic's findings into sentences: what the value is, which rule it breaks, how to mend it."""

import difflib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.settings.field_types import RULES
from components.settings.lookup import field_at, keys_of, model_at
from components.settings.problems import Path, Problem

_KEY_MARK = "[key]"
"""What pydantic appends to the location of a map's key, as opposed to its value."""

_KINDS: dict[type, str] = {
    type(None): "no value",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    dict: "a map",
    list: "a list",
}
"""How a message calls the types of YAML."""

_LONGEST_SHOWN = 60
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem, and the word that was probably meant."""

    problem: Problem
    unknown_key: bool = False
    """Whether the key is wrong, and not its value."""
    meant: str | None = None
    """The key or value that was probably meant; None when nothing is near."""


def explain(root: type[BaseModel], error: ValidationError) -> list[Finding]:
    """One finding for each of pydantic's, in the order of the models."""
    found = error.errors(include_url=False)
    return [_finding(root, one) for one in found if not _follows(one, found)]


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be, whatever its case; None when nothing is near."""
    by_lower_case = {name.lower(): name for name in known}
    begun = [name for name in by_lower_case if word and name.startswith(word.lower())]
    near = begun if len(begun) == 1 else difflib.get_close_matches(word.lower(), by_lower_case, n=1)
    return by_lower_case[near[0]] if near else None


def shown(value: object) -> str:
    """A value as a message repeats it: short, on one line, and never the content of a map, a list or a PEM block."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if not isinstance(value, str):
        return json.dumps(value)
    if "\n" in value or "-----BEGIN" in value:
        lines = len(value.splitlines())
        return f"a text of {lines} line{'s' if lines > 1 else ''}"
    return f"'{value}'" if len(value) <= _LONGEST_SHOWN else f"'{value[:_LONGEST_SHOWN]}…'"


def _follows(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether a list only counts as too short because pydantic leaves out its refused entries."""
    place = details["loc"]
    return details["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in found
    )


def _finding(root: type[BaseModel], details: ErrorDetails) -> Finding:
    path = tuple(part for part in details["loc"] if part != _KEY_MARK)
    match details["type"]:
        case "extra_forbidden":
            return _unknown_key(root, path)
        case "enum":
            return _not_one_of(root, path, details["input"])
        case kind:
            rule, fix = _EXPLANATIONS.get(kind, _unexpected)(root, path, details)
            return Finding(problem=Problem(path, rule, fix))


def _unknown_key(root: type[BaseModel], path: Path) -> Finding:
    model = model_at(root, path[:-1])
    known = sorted(keys_of(model)) if model else []
    meant = suggestion(str(path[-1]), known)
    fix = f"Did you mean '{meant}'?" if meant else f"Known keys here: {', '.join(known)}"
    return Finding(problem=Problem(path, "unknown key", fix), unknown_key=True, meant=meant)


def _not_one_of(root: type[BaseModel], path: Path, value: object) -> Finding:
    field = field_at(root, path)
    kinds: list[object] = [field.annotation, *get_args(field.annotation)] if field else []
    choices = [
        str(member.value) for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for member in kind
    ]
    meant = suggestion(value, choices) if isinstance(value, str) else None
    fix = f"Did you mean '{meant}'?" if meant else f"Choose {_either(choices)}"
    return Finding(problem=Problem(path, f"{shown(value)} is not one of {', '.join(choices)}", fix), meant=meant)


def _unexpected(_root: type[BaseModel], _path: Path, details: ErrorDetails) -> tuple[str, str]:
    return f"{shown(details['input'])} is refused: {details['msg']}", "See README.md, The stack file"


def _missing(root: type[BaseModel], path: Path, _details: ErrorDetails) -> tuple[str, str]:
    field = field_at(root, path)
    example = field.examples[0] if field and field.examples else "…"
    return "required, but missing", f"Add it, for example `{path[-1]}: {_yaml(example)}`"


def _pattern(_root: type[BaseModel], _path: Path, details: ErrorDetails) -> tuple[str, str]:
    rule = RULES[details.get("ctx", {})["pattern"]]
    return f"{shown(details['input'])} {rule.rule}", f"For example: '{rule.example}'"


def _not_text(_root: type[BaseModel], path: Path, details: ErrorDetails) -> tuple[str, str]:
    value = details["input"]
    if path[-2:] == ("istio", "version") and isinstance(value, float):
        return (
            f"{value} is a number: YAML reads a version with one dot and no quotes as one, so that 1.30 becomes 1.3",
            'Quote the full version, for example `version: "1.30.3"`',
        )
    scalar = isinstance(value, int | float)
    return _mismatch(value, "text"), "Put it in quotes" if scalar else "Replace it by text in quotes"


def _wanted(kind: str, fix: str) -> Callable[[type[BaseModel], Path, ErrorDetails], tuple[str, str]]:
    def sentence(_root: type[BaseModel], _path: Path, details: ErrorDetails) -> tuple[str, str]:
        value = details["input"]
        return _mismatch(value, kind), fix if value is not None else "Fill it, or remove the key to keep the default"

    return sentence


def _mismatch(value: object, wanted: str) -> str:
    """What a value is and what it should be; maps and lists are not shown, and so are only called by their kind."""
    kind = _KINDS.get(type(value), type(value).__name__)
    told = kind if value is None or isinstance(value, dict | list) else f"{shown(value)} is {kind}"
    return f"{told}, where {wanted} is expected"


def _out_of_range(words: str, bound: str) -> Callable[[type[BaseModel], Path, ErrorDetails], tuple[str, str]]:
    def sentence(_root: type[BaseModel], _path: Path, details: ErrorDetails) -> tuple[str, str]:
        limit = details.get("ctx", {})[bound]
        return f"{shown(details['input'])} is {words}", f"Choose {limit} or {'more' if bound == 'ge' else 'less'}"

    return sentence


def _empty_list(_root: type[BaseModel], _path: Path, _details: ErrorDetails) -> tuple[str, str]:
    return "a list without entries, where at least one is needed", "Add an entry, or remove the key to keep the default"


def _either(choices: list[str]) -> str:
    return " or ".join([", ".join(choices[:-1]), choices[-1]]) if len(choices) > 1 else "".join(choices)


def _yaml(example: object) -> str:
    return example if isinstance(example, str) and example != "*" else json.dumps(example)


_EXPLANATIONS: dict[str, Callable[[type[BaseModel], Path, ErrorDetails], tuple[str, str]]] = {
    "missing": _missing,
    "string_pattern_mismatch": _pattern,
    "string_type": _not_text,
    "int_type": _wanted("a whole number", "Write it without quotes and without a fraction"),
    "bool_type": _wanted("true or false", "Write true or false without quotes"),
    "model_type": _wanted("a map", "Give it keys below, indented"),
    "model_attributes_type": _wanted("a map", "Give it keys below, indented"),
    "dict_type": _wanted("a map", "Give it keys below, indented"),
    "tuple_type": _wanted("a list", "Put '- ' before each entry"),
    "greater_than_equal": _out_of_range("too small", "ge"),
    "less_than_equal": _out_of_range("too large", "le"),
    "too_short": _empty_list,
}
