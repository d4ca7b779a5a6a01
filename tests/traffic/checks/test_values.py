"""Durations and regular expressions, as the sources of Istio and RE2 read them."""

import pytest

from components.kinds.node import Node
from components.traffic.checks.regex import regex_mistake
from components.traffic.checks.values import duration_problems, export_to_problems


def messages(node: Node, least: str = "1ms", most: str | None = None) -> list[str]:
    return [problem.rule for problem in duration_problems(node, least=least, most=most)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1s", []),
        ("1h", []),
        ("999ms", ["'999ms' is shorter than 1s, which is the least"]),
        ("3600001ms", ["'3600001ms' is longer than 1h, which is the most"]),
    ],
)
def test_both_ends_of_a_range_of_durations_are_within_it(text: str, expected: list[str]) -> None:
    assert messages(Node(text, ("x",)), "1s", "1h") == expected, "Istio refuses what is beyond, not the ends"


def test_a_duration_that_is_absent_is_not_looked_at() -> None:
    assert messages(Node(None, ("x",))) == [], "a field that is left out has Istio's default"


def test_nobody_may_see_a_service_entry() -> None:
    assert list(export_to_problems(Node(["~"], ("exportTo",)))) == [], "a ServiceEntry may be exported to nobody"


def test_nobody_cannot_stand_beside_somebody() -> None:
    found = [problem.line("f") for problem in export_to_problems(Node(["~", "shop"], ("gateways", "exportTo")))]
    assert [line.partition(" [")[0] for line in found] == [
        "f: mesh.gateways.exportTo[0]: '~' cannot stand beside other entries. Keep '~' alone, or remove it."
    ], "Istio refuses a ServiceEntry that is for nobody and for somebody"


FINE = (
    *(r"/api/v[0-9]+/.*", r"(?i)chrome", r"(?i:a)b", r"(?P<id>\d+)", r"(?<id>\d+)", r"a(?i)b", r"\Qa.b*c\E+", r"\pL+"),
    *(r"[[:alpha:]_]+", r"[]a]", r"[^]a]", r"[\]\-a]", r"\x{1F600}", r"[\x{41}-\x{5A}]", r"a{2,5}?", r"x{,5}", r"^*a$"),
    *(r"\p{Greek}", r"[\pL\d]", r"(?s-m:.)", r"a|", r"()", r"\.\/\-", r"[&&a||b]", r"\0", r"\012", r"{", r"a{1000}"),
    *(r"\Aab\z", r"(a)(b)", "ä+", r"[a-]", r"\bword\b", r"(?:a|b)*?", r"\Q", r"\_"),
)


@pytest.mark.parametrize("text", FINE)
def test_a_regular_expression_of_re2_passes(text: str) -> None:
    assert regex_mistake(text) is None, "a false alarm stops a deployment for nothing"


WRONG: list[tuple[str, str]] = [
    (r"(?=a)", "it has no lookahead, '(?='"),
    (r"a(?!b)", "it has no lookahead, '(?!'"),
    (r"(?<=a)b", "it has no lookbehind, '(?<='"),
    (r"(?<!a)b", "it has no lookbehind, '(?<!'"),
    (r"(?>a)", "it has no atomic groups, '(?>'"),
    (r"(?P<x>a)(?P=x)", "it has no backreferences, '(?P='"),
    (r"(?#why)a", "it has no comments, '(?#'"),
    (r"(?x)a", "it does not know '(?x'"),
    (r"(a)\1", r"it does not know '\1'"),
    (r"a\Z", r"it does not know '\Z'"),
    ("a\\", "it does not know '\\'"),
    (r"a*+", "'*+' repeats a repetition"),
    (r"a**", "'**' repeats a repetition"),
    (r"a{1001}", "'{1001}' repeats more than 1000 times"),
    (r"*a", "nothing to repeat"),
    (r"a{2}{3}", "multiple repeat"),
    (r"(a", "missing ), unterminated subpattern"),
    (r"a)", "unbalanced parenthesis"),
    (r"[a", "unterminated character set"),
    (r"[z-a]", "bad character range z-a"),
]


@pytest.mark.parametrize(("text", "mistake"), WRONG)
def test_what_re2_does_not_read_is_told(text: str, mistake: str) -> None:
    assert regex_mistake(text) == mistake, "Envoy refuses the whole configuration for it"
