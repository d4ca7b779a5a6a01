"""Requests, and what matches mean for them: said a second time, so that tests compare two ways to say it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

from components.services.matching import HeaderMatch, HttpMethod, PathMatch, RouteMatch, TextMatch

PATHS = ("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b")
_PREFIXES = ("/", "/a", "/a/", "/a/b", "/b")
_VALUES = ("1", "12", "2")
_NAMES = ("x-a", "x-b")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a match can tell requests apart by."""

    path: str
    method: HttpMethod
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, str] = field(default_factory=dict[str, str])


requests = st.builds(
    Request,
    path=st.sampled_from(PATHS),
    method=st.sampled_from([HttpMethod.GET, HttpMethod.POST]),
    headers=st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(_VALUES)),
    params=st.dictionaries(st.just("q"), st.sampled_from(_VALUES)),
)

_REGEXES = ("1.*", "[12]")
_sayable = st.one_of(
    st.sampled_from(_VALUES).map(lambda text: HeaderMatch(exact=text)),
    st.sampled_from(_REGEXES).map(lambda text: HeaderMatch(regex=text)),
    st.just(HeaderMatch(present=True)),
)
_headers = st.one_of(_sayable, st.just(HeaderMatch(prefix="1")))
_params = st.one_of(
    st.sampled_from(_VALUES).map(lambda text: TextMatch(exact=text)),
    st.sampled_from(_REGEXES).map(lambda text: TextMatch(regex=text)),
)
_paths = st.one_of(
    st.none(),
    st.sampled_from(PATHS).map(lambda text: PathMatch(exact=text)),
    st.sampled_from(_PREFIXES).map(lambda text: PathMatch(prefix=text)),
)
_methods = st.sampled_from([None, HttpMethod.GET, HttpMethod.POST])


def matches(*, gateway_api: bool) -> st.SearchStrategy[RouteMatch]:
    """Matches of all kinds, or those that an HTTPRoute can say."""
    names = st.sampled_from(_NAMES)
    conditions = st.dictionaries(names, _sayable if gateway_api else _headers, max_size=2)
    params = st.dictionaries(st.just("q"), _params, max_size=1)
    without = st.dictionaries(names, _headers, max_size=0 if gateway_api else 2)
    return st.builds(
        RouteMatch, path=_paths, method=_methods, headers=conditions, without_headers=without, query_params=params
    )


def is_for(match: RouteMatch, request: Request) -> bool:
    """Whether a request meets every condition of a match."""
    return (
        (match.path is None or _path_is_for(match.path, request.path))
        and match.method in (None, request.method)
        and all(_text_is_for(one, request.headers.get(name)) for name, one in match.headers.items())
        and not any(_text_is_for(one, request.headers.get(name)) for name, one in match.without_headers.items())
        and all(_text_is_for(one, request.params.get(name)) for name, one in match.query_params.items())
    )


def _path_is_for(match: PathMatch, path: str) -> bool:
    if match.exact is not None:
        return path == match.exact
    wanted = [part for part in (match.prefix or "").split("/") if part]
    # '/a/' is one segment and a last '/', which is no segment.
    return path.split("/")[1:][: len(wanted)] == wanted


def _text_is_for(match: TextMatch | HeaderMatch, text: str | None) -> bool:
    if text is None:
        return False
    if isinstance(match, HeaderMatch) and match.present:
        return True
    if match.exact is not None:
        return text == match.exact
    if match.prefix is not None:
        return text.startswith(match.prefix)
    return re.fullmatch(match.regex or "", text) is not None
