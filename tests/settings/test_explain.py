"""How values and suggestions appear in messages."""

import pytest

from components.settings.explain import shown, suggestion
from components.settings.wording import slip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "'text'"),
        (1.3, "1.3"),
        (True, "true"),
        ({"password": "x"}, "a map"),
        (["x"], "a list"),
        ("-----BEGIN PRIVATE KEY-----", "a text of 1 line"),
        ("one\ntwo", "a text of 2 lines"),
        ("x" * 61, f"'{'x' * 60}…'"),
    ],
)
def test_a_value_is_shown_short_and_never_with_what_may_be_secret(value: object, expected: str) -> None:
    assert shown(value) == expected, "a message is one line, and may land in a public log"


def test_a_misspelt_word_is_recognised_whatever_its_case() -> None:
    assert suggestion("Ingresgateway", ["egressgateway", "ingressgateway"]) == "ingressgateway", "typos are small"


def test_an_abbreviation_of_one_word_is_recognised() -> None:
    assert suggestion("prod", ["demo", "production"]) == "production", "it is too far off to count as a typo"


def test_a_word_like_no_other_gets_no_suggestion() -> None:
    assert suggestion("xyz", ["ingressgateway"]) is None, "a wrong suggestion is worse than none"


def test_a_guess_is_no_slip() -> None:
    known = ["demo", "production", "ingressgateway"]
    assert [slip(word, known) for word in ("Ingresgateway", "prod", "integration")] == ["ingressgateway", None, None], (
        "what is refused for being a slip must not be a word of its own"
    )
