"""A sentence and a fix for each kind of refusal that pydantic knows."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from components.settings.codes import Code
from components.settings.problems import Path
from components.settings.text_rules import RULES
from components.settings.wording import mismatch, shown

Sentence = tuple[str, str, Code]
"""Rule, fix and code."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One of pydantic's findings, with the place of the stack file that it is about."""

    path: Path
    field: FieldInfo | None
    """The field at the path; None for entries of maps and lists."""
    details: ErrorDetails

    @property
    def value(self) -> object:
        """What was refused."""
        return self.details["input"]

    def context(self, key: str) -> object:
        """A detail of the rule that was broken."""
        return self.details.get("ctx", {}).get(key)


def explanation(refusal: Refusal) -> Sentence:
    """Which rule a value breaks, how to mend it, and the code of this kind of mistake."""
    return _EXPLANATIONS.get(refusal.details["type"], _unexpected)(refusal)


def choices(refusal: Refusal) -> list[str]:
    """The words from which one has to be chosen, in the order of the model."""
    tags = refusal.context("expected_tags")
    return re.findall(r"'([^']*)'", str(tags or refusal.context("expected") or ""))


def _unexpected(refusal: Refusal) -> Sentence:
    message = refusal.details["msg"].removeprefix("Value error, ")
    return f"{shown(refusal.value)} is refused: {message}", "See docs/configuration.md", Code.REFUSED


def _missing(refusal: Refusal) -> Sentence:
    field = refusal.field
    example = field.examples[0] if field and field.examples else "…"
    text = example if isinstance(example, str) and example != "*" else json.dumps(example)
    return "required, but missing", f"Add it, for example `{refusal.path[-1]}: {text}`", Code.MISSING_KEY


def _no_kind(refusal: Refusal) -> Sentence:
    key = str(refusal.context("discriminator")).strip("'")
    return (
        f"the key {key} is required, but missing",
        f"Add `{key}:`, which tells what the others mean",
        Code.MISSING_KEY,
    )


def _pattern(refusal: Refusal) -> Sentence:
    rule = RULES.get(str(refusal.context("pattern")))
    if rule is None:
        return f"{shown(refusal.value)} does not have the right form", "See docs/configuration.md", Code.WRONG_FORM
    told = rule.rule if rule.hidden else f"{shown(refusal.value)} {rule.rule}"
    return told, f"For example: '{rule.example}'", Code.WRONG_FORM


def _not_text(refusal: Refusal) -> Sentence:
    value = refusal.value
    if refusal.path[-2:] == ("istio", "version") and isinstance(value, float):
        return (
            f"{value} is a number: YAML reads a version with one dot and no quotes as one, so that 1.30 becomes 1.3",
            'Quote the full version, for example `version: "1.30.3"`',
            Code.WRONG_TYPE,
        )
    if value is None:
        return _wanted("text", "")(refusal)
    scalar = isinstance(value, int | float)
    return mismatch(value, "text"), "Put it in quotes" if scalar else "Replace it by text in quotes", Code.WRONG_TYPE


def _wanted(kind: str, fix: str) -> Callable[[Refusal], Sentence]:
    def sentence(refusal: Refusal) -> Sentence:
        filled = refusal.value is not None
        told = fix if filled else "Fill it, or remove the key to keep the default"
        return mismatch(refusal.value, kind), told, Code.WRONG_TYPE

    return sentence


def _out_of_range(words: str, bound: str, choose: str) -> Callable[[Refusal], Sentence]:
    def sentence(refusal: Refusal) -> Sentence:
        fix = choose.format(refusal.context(bound))
        return f"{shown(refusal.value)} is {words}", fix, Code.OUT_OF_RANGE

    return sentence


def _too_short(refusal: Refusal) -> Sentence:
    least = refusal.context("min_length")
    kind = "map" if isinstance(refusal.value, Mapping) else "list"
    if refusal.context("actual_length") or least != 1:
        return f"a {kind} with too few entries", f"Give it {least} or more", Code.WRONG_LENGTH
    return (
        f"a {kind} without entries, where at least one is needed",
        "Add an entry, or remove the key to keep the default",
        Code.WRONG_LENGTH,
    )


def _too_long(refusal: Refusal) -> Sentence:
    kind = "map" if isinstance(refusal.value, Mapping) else "list"
    return f"a {kind} with too many entries", f"Keep at most {refusal.context('max_length')}", Code.WRONG_LENGTH


def _text_length(words: str, bound: str, choose: str) -> Callable[[Refusal], Sentence]:
    def sentence(refusal: Refusal) -> Sentence:
        return f"{shown(refusal.value)} is {words}", choose.format(refusal.context(bound)), Code.WRONG_LENGTH

    return sentence


_A_MAP = _wanted("a map", "Give it keys below, indented")
_A_LIST = _wanted("a list", "Put '- ' before each entry")

_EXPLANATIONS: dict[str, Callable[[Refusal], Sentence]] = {
    "missing": _missing,
    "union_tag_not_found": _no_kind,
    "string_pattern_mismatch": _pattern,
    "string_type": _not_text,
    "int_type": _wanted("a whole number", "Write it without quotes and without a fraction"),
    "int_from_float": _wanted("a whole number", "Write it without quotes and without a fraction"),
    "float_type": _wanted("a number", "Write it without quotes"),
    "bool_type": _wanted("true or false", "Write true or false without quotes"),
    "model_type": _A_MAP,
    "model_attributes_type": _A_MAP,
    "dict_type": _A_MAP,
    "tuple_type": _A_LIST,
    "list_type": _A_LIST,
    "greater_than_equal": _out_of_range("too small", "ge", "Choose {} or more"),
    "greater_than": _out_of_range("too small", "gt", "Choose more than {}"),
    "less_than_equal": _out_of_range("too large", "le", "Choose {} or less"),
    "less_than": _out_of_range("too large", "lt", "Choose less than {}"),
    "too_short": _too_short,
    "too_long": _too_long,
    "string_too_short": _text_length("too short", "min_length", "Use {} characters or more"),
    "string_too_long": _text_length("too long", "max_length", "Use at most {} characters"),
}
