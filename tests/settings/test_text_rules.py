"""The rules for texts of the stack file."""

import re

import pytest

from components.settings import text_rules
from components.settings.text_rules import RULES, TextRule

DECLARED = [rule for rule in vars(text_rules).values() if isinstance(rule, TextRule)]


def test_every_rule_is_found_by_its_pattern() -> None:
    assert list(RULES.values()) == DECLARED, "two rules with one pattern could not be told apart in a message"


@pytest.mark.parametrize("rule", DECLARED, ids=lambda rule: rule.example)
def test_the_example_of_a_rule_follows_the_rule(rule: TextRule) -> None:
    assert re.fullmatch(rule.pattern, rule.example), "an example that is refused itself helps nobody"
