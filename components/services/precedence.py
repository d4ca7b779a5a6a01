"""The order in which the Gateway API tries rules, and rules written so that it is the order of the stack file."""

from dataclasses import replace
from functools import lru_cache

from components.services.identity import Same
from components.services.intersection import InexpressibleError, both, segments
from components.services.matching import PathMatch, RouteMatch
from components.services.rules import Rule

MOST_MATCHES = 128
"""Matches that one HTTPRoute takes in all (its CRD, spec.rules)."""

MOST_OF_A_RULE = 64
"""Matches that one rule takes (its CRD, spec.rules.matches)."""

Rank = tuple[int, int, bool, int, int]


def rank(match: RouteMatch) -> Rank:
    """How specific a match is: of two that fit a request, the one with the higher rank is taken.

    Exact paths before prefixes before regular expressions, longer ones first, then a method, then the number of
    headers, then that of query parameters (pilot/pkg/config/kube/gateway/conversion.go of Istio 1.29, sortHTTPRoutes).
    """
    kind, length = _path_rank(match.path)
    return kind, length, match.method is not None, len(match.headers), len(match.query_params)


def in_order(rules: list[Rule]) -> list[Rule]:
    """The rules with further matches, such that by rank the first rule of the list that fits is taken.

    Where a later rule has the higher rank, what it has in common with the earlier one is added to the earlier one. Of
    two with one rank the earlier one is taken anyway.

    Raises:
        InexpressibleError: no matches bring this about.
    """
    return list(_in_order(Same(*rules)))


@lru_cache(maxsize=4096)  # Checks and routes ask for those of each service three times.
def _in_order(same: Same[Rule]) -> tuple[Rule, ...]:
    rules = same.values
    matches = [list(rule.matches) or [RouteMatch()] for rule in rules]
    while added := _missing(matches):
        index, match = added
        matches[index].append(match)
        if len(matches[index]) > MOST_OF_A_RULE:
            raise InexpressibleError(f"the order of the rules takes more than {MOST_OF_A_RULE} matches for one of them")
        if sum(map(len, matches)) > MOST_MATCHES:
            raise InexpressibleError(f"the order of the rules takes more than {MOST_MATCHES} matches")
    return tuple(replace(rule, matches=tuple(own)) for rule, own in zip(rules, matches, strict=True))


def _missing(matches: list[list[RouteMatch]]) -> tuple[int, RouteMatch] | None:
    """A match that an earlier rule needs, because a later one would take its requests; None when there is none."""
    for later in range(1, len(matches)):
        for narrow in matches[later]:
            for earlier in range(later):
                for wide in matches[earlier]:
                    common = both(wide, narrow) if rank(narrow) > rank(wide) else None
                    if common is not None and rank(common) < rank(narrow):
                        raise InexpressibleError("a regular expression for a path ranks below every other path")
                    if common is not None and common not in matches[earlier]:
                        return earlier, common
    return None


def _path_rank(path: PathMatch | None) -> tuple[int, int]:
    if path is None:
        return 2, 1
    if path.exact is not None:
        return 3, len(path.exact)
    if path.prefix is not None:
        return 2, len(segments(path.prefix))
    return 1, len(path.regex or "")
