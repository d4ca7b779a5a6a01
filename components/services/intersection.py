"""Requests that two matches have in common, again as one match."""

import re
from collections.abc import Mapping
from typing import TypeVar

from components.services.matching import HeaderMatch, PathMatch, RouteMatch, TextMatch

_Text = TypeVar("_Text", TextMatch, HeaderMatch)
_Value = TypeVar("_Value")


_OWN_TO_RE2 = re.compile(r"\[\[:|\\[QEpPCz]|\(\?[a-zA-Z]*U")
"""Syntax that Python's `re` lacks or reads in another way."""


class InexpressibleError(Exception):
    """What two matches have in common cannot be written as one match."""


class _DisjointError(Exception):
    """Two matches have nothing in common."""


def both(one: RouteMatch, other: RouteMatch) -> RouteMatch | None:
    """The match for requests that meet both; None where no request can.

    Raises:
        InexpressibleError: there may be such requests, but no single match describes them.
    """
    if one.ignore_uri_case != other.ignore_uri_case and one.path and other.path:
        raise InexpressibleError("one ignores the case of the path and the other does not")
    try:
        return RouteMatch(
            path=_paths(one.path, other.path, fold=one.ignore_uri_case),
            ignore_uri_case=(one if one.path else other).ignore_uri_case,
            method=_same(one.method, other.method),
            headers=_maps(_lower(one.headers), _lower(other.headers)),
            without_headers=_exclusions(_lower(one.without_headers), _lower(other.without_headers)),
            query_params=_maps(one.query_params, other.query_params),
            authority=_maps(_host(one), _host(other)).get(_HOST),
            source_labels=_labels(one.source_labels, other.source_labels),
            source_namespace=_same(one.source_namespace, other.source_namespace),
            claims=_maps(one.claims, other.claims),
        )
    except _DisjointError:
        return None


_HOST = "authority"


def _host(match: RouteMatch) -> dict[str, TextMatch]:
    return {_HOST: match.authority} if match.authority else {}


def segments(prefix: str) -> str:
    """A prefix of whole segments without its last '/', which means nothing; '/' itself is everything."""
    return prefix.rstrip("/") or "/"


def plain_path(path: PathMatch | None) -> PathMatch | None:
    """A path in the one form that means the same: prefixes without a last '/', and None for every path."""
    if path is None or path.regex == ".*":
        return None
    if path.prefix is None:
        return path
    stem = segments(path.prefix)
    return None if stem == "/" else PathMatch(prefix=stem)


def is_for_everything(match: RouteMatch) -> bool:
    """Whether every request meets a match, as one for the prefix '/' alone."""
    if plain_path(match.path) is not None:
        return False
    return match.model_copy(update={"path": None, "ignore_uri_case": False}) == RouteMatch()


def within(path: str, prefix: str) -> bool:
    """Whether `path` lies below the whole segments of `prefix`."""
    stem = segments(prefix)
    return stem == "/" or path == stem or path.startswith(f"{stem}/")


def _paths(one: PathMatch | None, other: PathMatch | None, *, fold: bool) -> PathMatch | None:
    if one is None or other is None or one == other:
        return one or other
    if one.regex is not None or other.regex is not None:
        return _regex_path(one, other)
    narrower, wider = sorted((one, other), key=_narrowness, reverse=True)
    if not _covers(wider, _text(narrower, fold=fold), fold=fold):
        raise _DisjointError
    return narrower


def _narrowness(path: PathMatch) -> tuple[bool, int]:
    return path.exact is not None, len(segments(_text(path, fold=False)))


def _covers(wider: PathMatch, text: str, *, fold: bool) -> bool:
    return text == _text(wider, fold=fold) if wider.exact is not None else within(text, _text(wider, fold=fold))


def _text(path: PathMatch, *, fold: bool) -> str:
    text = path.exact if path.exact is not None else path.prefix or "/"
    return text.lower() if fold else text


def _regex_path(one: PathMatch, other: PathMatch) -> PathMatch:
    pattern, fixed = (one, other) if one.regex is not None else (other, one)
    if fixed.prefix is not None and segments(fixed.prefix) == "/":
        return pattern
    if fixed.exact is None:
        raise InexpressibleError("a regular expression for the path cannot be combined with another condition on it")
    if not _fits(pattern.regex or "", fixed.exact):
        raise _DisjointError
    return fixed


def _maps(one: Mapping[str, _Text], other: Mapping[str, _Text]) -> dict[str, _Text]:
    return {**one, **{key: _texts(one[key], match) if key in one else match for key, match in other.items()}}


def _exclusions(one: Mapping[str, HeaderMatch], other: Mapping[str, HeaderMatch]) -> dict[str, HeaderMatch]:
    if any(one[key] != match for key, match in other.items() if key in one):
        raise InexpressibleError("two conditions on what one header must not be cannot be combined")
    return {**one, **other}


def _texts(one: _Text, other: _Text) -> _Text:
    """What two conditions on one text have in common."""
    if one == other or (isinstance(other, HeaderMatch) and other.present):
        return one
    if isinstance(one, HeaderMatch) and one.present:
        return other
    if one.exact is not None:
        return _fitting(one, one.exact, other)
    if other.exact is not None:
        return _fitting(other, other.exact, one)
    if one.prefix is not None and other.prefix is not None:
        longer, shorter = (one, other) if len(one.prefix) >= len(other.prefix) else (other, one)
        if (longer.prefix or "").startswith(shorter.prefix or ""):
            return longer
        raise _DisjointError
    raise InexpressibleError("two conditions on one header, parameter or host cannot be combined")


def _fitting(exact: _Text, text: str, other: _Text) -> _Text:
    fits = (
        text == other.exact
        if other.exact is not None
        else text.startswith(other.prefix)
        if other.prefix is not None
        else _fits(other.regex or "", text)
    )
    if not fits:
        raise _DisjointError
    return exact


def _fits(pattern: str, text: str) -> bool:
    """Whether RE2 would take a text, as far as Python's `re` reads the pattern in the same way."""
    if _OWN_TO_RE2.search(pattern):
        raise InexpressibleError(f"whether '{pattern}' is for '{text}' cannot be told here")
    try:
        return re.fullmatch(pattern, text, re.ASCII) is not None
    except re.error:
        raise InexpressibleError(f"'{pattern}' cannot be read here") from None


def _lower(headers: Mapping[str, HeaderMatch]) -> dict[str, HeaderMatch]:
    return {name.lower(): match for name, match in headers.items()}


def _labels(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    if any(one[key] != value for key, value in other.items() if key in one):
        raise _DisjointError
    return {**one, **other}


def _same(one: _Value | None, other: _Value | None) -> _Value | None:
    if one is not None and other is not None and one != other:
        raise _DisjointError
    return one if one is not None else other
