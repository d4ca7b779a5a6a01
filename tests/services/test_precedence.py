"""Rules written so that the order of the Gateway API is that of the stack file."""

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from components.services.intersection import InexpressibleError
from components.services.matching import HeaderMatch, PathMatch, RouteMatch
from components.services.precedence import in_order
from components.services.rules import Rule
from tests.services.requests import Request, is_for, matches, requests

_lists = st.lists(st.lists(matches(gateway_api=True), min_size=1, max_size=2), min_size=1, max_size=4)


def first_in_the_list(rules: list[list[RouteMatch]], request: Request) -> int | None:
    """The position of the first rule that is for a request."""
    return next((index for index, own in enumerate(rules) if any(is_for(one, request) for one in own)), None)


def taken_by_the_gateway_api(rules: list[Rule], request: Request) -> int | None:
    """The position of the rule with the most specific match, the earlier one of two (HTTPRouteRule.matches)."""
    fitting = [
        (_specificity(match), -index)
        for index, rule in enumerate(rules)
        for match in rule.matches
        if is_for(match, request)
    ]
    return -max(fitting)[1] if fitting else None


def _specificity(match: RouteMatch) -> tuple[int, int, bool, int, int]:
    path = match.path or PathMatch(prefix="/")
    text = path.exact or (path.prefix or "").rstrip("/") or "/"
    return int(path.exact is not None), len(text), bool(match.method), len(match.headers), len(match.query_params)


@given(lists=_lists, request=requests)
def test_the_first_rule_that_matches_is_the_one_that_the_gateway_api_takes(
    lists: list[list[RouteMatch]], request: Request
) -> None:
    rules = [Rule(name=str(index), matches=tuple(own)) for index, own in enumerate(lists)]
    try:
        ordered = in_order(rules)
    except InexpressibleError:
        reject()
    assert taken_by_the_gateway_api(ordered, request) == first_in_the_list(lists, request), (
        "the two APIs would answer the same request in different ways"
    )


def test_testers_come_before_a_longer_path() -> None:
    header = RouteMatch(headers={"x-canary": HeaderMatch(exact="true")})
    path = RouteMatch(path=PathMatch(prefix="/api"))
    first, second = in_order([Rule(name="testers", matches=(header,)), Rule(name="api", matches=(path,))])
    narrowed = RouteMatch(path=PathMatch(prefix="/api"), headers=header.headers)
    assert first.matches == (header, narrowed), "the path alone would outrank the header"
    assert second.matches == (path,), "the later rule stays as it is"


def test_rules_that_are_in_order_already_stay_as_they_are() -> None:
    rules = [
        Rule(name="exact", matches=(RouteMatch(path=PathMatch(exact="/a")),)),
        Rule(name="rest", matches=(RouteMatch(),)),
    ]
    assert in_order(rules) == rules, "a match more would be one that nobody needs"


def test_a_regular_expression_before_another_path_is_refused() -> None:
    rules = [
        Rule(name="regex", matches=(RouteMatch(path=PathMatch(regex="/a.*")),)),
        Rule(name="exact", matches=(RouteMatch(path=PathMatch(exact="/ab")), RouteMatch(path=PathMatch(prefix="/c")))),
    ]
    with pytest.raises(InexpressibleError) as raised:
        in_order(rules)
    assert str(raised.value) == ("a regular expression for the path cannot be combined with another condition on it"), (
        "the Gateway API tries regular expressions last"
    )


def test_more_matches_than_a_rule_takes_are_refused() -> None:
    wide = [Rule(name="wide", matches=tuple(RouteMatch(headers={f"x-{i}": HeaderMatch(exact="1")}) for i in range(9)))]
    narrow = [Rule(name="n", matches=tuple(RouteMatch(path=PathMatch(exact=f"/{i}")) for i in range(9)))]
    with pytest.raises(InexpressibleError) as raised:
        in_order([*wide, *narrow])
    assert str(raised.value) == "the order of the rules takes more than 64 matches for one of them", (
        "the API server would refuse the HTTPRoute"
    )
