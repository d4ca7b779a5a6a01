"""Rules of CRDs in Kubernetes' expression language (CEL), as far as a shape can say the same."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from components.kinds.findings import PORT_KEY

Shape = dict[str, Any]

_NO_WILDCARD = "^[^*]*$"


def expressed(rule: str, shape: Shape) -> None:
    """Add to `shape` what `rule` demands; nothing when no word of a shape says that.

    Only rules that are understood in full are taken, so that no shape refuses what Kubernetes accepts.
    """
    text = " ".join(rule.split())
    for pattern, add in _RULES.items():
        if found := re.fullmatch(pattern, text):
            add(shape, found)
            return
    fields = re.findall(r"\(has\(self\.(\w+)\) \? 1 : 0\)", text)
    if fields and text == " + ".join(f"(has(self.{field}) ? 1 : 0)" for field in fields) + " <= 1":
        _exclude(shape, fields)


def _exclude(shape: Shape, fields: list[str]) -> None:
    groups = shape.setdefault("atMostOne", [])
    # Istio's Gateway says the same of two fields in both orders; a user should read it once.
    if set(fields) not in [set(group) for group in groups]:
        groups.append(fields)


def _put(values: Mapping[str, object]) -> Callable[[Shape, re.Match[str]], None]:
    return lambda shape, _: shape.update(values)


def _range(shape: Shape, found: re.Match[str]) -> None:
    shape.update({"minimum": 1, "maximum": int(found["most"])})


def _pair(shape: Shape, found: re.Match[str]) -> None:
    _exclude(shape, [found["one"], found["other"]])


def _unique(shape: Shape, found: re.Match[str]) -> None:
    keys = [[found["key"]]]
    if keys != shape.get("uniqueBy"):
        shape.setdefault("uniqueBy", []).extend(keys)


def _member(shape: Shape, found: re.Match[str]) -> None:
    shape.setdefault("union", {})[found["field"]] = [found["by"], found["tag"]]


def _words(shape: Shape, found: re.Match[str]) -> None:
    shape["enum"] = re.findall(r'"([^"]*)"', found["words"])


def _key_form(shape: Shape, found: re.Match[str]) -> None:
    shape["keyPattern"] = found["form"]


_RULES: Mapping[str, Callable[[Shape, re.Match[str]], None]] = {
    r"duration\(self\) >= duration\('1ms'\)": _put({"format": "duration"}),
    r"0 < self && self <= (?P<most>\d+)": _range,
    r'!self\.contains\("\*"\)': _put({"pattern": _NO_WILDCARD}),
    r'self\.all\(key, !key\.contains\("\*"\)\)': _put({"keyPattern": _NO_WILDCARD}),
    r"self\.all\(key, key\.size\(\) != 0\)": _put({"keyPattern": _NO_WILDCARD.replace("]*", "]+")}),
    r"self\.all\(key, 0 < int\(key\) && int\(key\) <= 65535\)": _put({"keyPattern": PORT_KEY}),
    r'self\.all\(key, size\(key\) < 63 && key\.matches\("(?P<form>[^"]+)"\)\)': _key_form,
    r'self\.all\(key, key\.matches\(r"""(?P<form>.+)"""\)\)': _key_form,
    r"self\.size\(\) == 0": _put({"maxLength": 0}),
    r"!\(has\(self\.(?P<one>\w+)\) && has\(self\.(?P<other>\w+)\)\)": _pair,
    r"self\.all\((\w+), self\.exists_one\((\w+), \1\.(?P<key>\w+) == \2\.(?P=key)\)\)": _unique,
    r"!\(!has\(self\.(?P<field>\w+)\) && self\.(?P<by>\w+) == '(?P<tag>\w+)'\)": _member,
    r"self\.(?P<by>\w+) == '(?P<tag>\w+)' \? has\(self\.(?P<field>\w+)\) : true": _member,
    r"self in \[(?P<words>.*)\]": _words,
}
"""By the form of the rule, as Istio and the Gateway API write it: what it adds to a shape.

A member of a union is recognised by the rule that demands it. The rule that forbids it elsewhere is always beside it.
"""
