"""What two matches have in common."""

import pytest
from hypothesis import given, reject

from components.services.intersection import InexpressibleError, both, within
from components.services.matching import HeaderMatch, PathMatch, RouteMatch, TextMatch
from tests.services.requests import Request, is_for, matches, requests


@given(one=matches(gateway_api=False), other=matches(gateway_api=False), request=requests)
def test_a_request_meets_what_two_matches_have_in_common_if_it_meets_each(
    one: RouteMatch, other: RouteMatch, request: Request
) -> None:
    try:
        common = both(one, other)
    except InexpressibleError:
        reject()
    meets = common is not None and is_for(common, request)
    assert meets == (is_for(one, request) and is_for(other, request)), "a service would get another one's requests"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RouteMatch(path=PathMatch(exact="/A"), ignore_uri_case=True), RouteMatch(path=PathMatch(exact="/a"))),
        (RouteMatch(path=PathMatch(regex="/a.*")), RouteMatch(path=PathMatch(prefix="/a"))),
        (RouteMatch(path=PathMatch(regex=r"/\pL")), RouteMatch(path=PathMatch(exact="/a"))),
        (RouteMatch(path=PathMatch(regex="/[[:alpha:]]")), RouteMatch(path=PathMatch(exact="/a"))),
        (RouteMatch(path=PathMatch(regex="/(")), RouteMatch(path=PathMatch(exact="/a"))),
        (RouteMatch(authority=TextMatch(prefix="a")), RouteMatch(authority=TextMatch(regex=".*b"))),
        (
            RouteMatch(without_headers={"x-a": HeaderMatch(exact="1")}),
            RouteMatch(without_headers={"x-a": HeaderMatch(exact="2")}),
        ),
    ],
    ids=["case", "regex and prefix", "RE2 alone", "class of RE2", "broken", "two hosts", "two exclusions"],
)
def test_what_no_single_match_can_say_is_not_guessed(one: RouteMatch, other: RouteMatch) -> None:
    with pytest.raises(InexpressibleError):
        both(one, other)


def test_an_exact_path_that_fits_a_regular_expression_is_what_both_have_in_common() -> None:
    exact = RouteMatch(path=PathMatch(exact="/v1/x"))
    assert both(RouteMatch(path=PathMatch(regex="/v[0-9]/.*")), exact) == exact, "the narrower of the two"
    assert both(RouteMatch(path=PathMatch(regex="/w/.*")), exact) is None, "nothing is for both"


def test_a_header_is_the_same_in_both_spellings() -> None:
    one = RouteMatch(headers={"X-A": HeaderMatch(exact="1")})
    assert both(one, RouteMatch(headers={"x-a": HeaderMatch(exact="2")})) is None, "headers have no case"


def test_two_matches_for_other_callers_have_nothing_in_common() -> None:
    one = RouteMatch(source_labels={"app": "a"})
    assert both(one, RouteMatch(source_labels={"app": "b"})) is None, "a pod has one value for each label"


@pytest.mark.parametrize(
    ("path", "prefix", "expected"),
    [("/api", "/api/", True), ("/api/x", "/api", True), ("/apix", "/api", False), ("/x", "/", True)],
)
def test_a_prefix_is_of_whole_segments(path: str, prefix: str, expected: bool) -> None:
    assert within(path, prefix) is expected, "as in the Gateway API, so that both APIs mean the same"
