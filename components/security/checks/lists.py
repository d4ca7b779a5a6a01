"""Checks of the lists of texts that rules compare with."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown


def values_problems(values: Node) -> Iterator[Problem]:
    """A list that is there has entries, and no entry is empty.

    Istio takes an empty list beside others for no condition at all; that it is refused is a rule of this project.
    Source: CheckEmptyValues of Istio's pkg/config/security/security.go.
    """
    if values.given and not values.items:
        yield values.problem(
            "is empty, which is no condition and so takes everything (a rule of this project)",
            "Name what is meant, or remove the key",
        )
    for one in values:
        if one.text == "":
            yield one.problem("is empty", "Fill it, or remove the entry")


def wildcard_problems(values: Node) -> Iterator[Problem]:
    """A `*` that is neither the begin nor the end of a text, where it is compared as that letter.

    A rule of this project. Source: StringMatcher in pilot/pkg/security/authz/matcher/string.go of Istio, which looks
    for a '*' at the begin first, and then at the end.
    """
    for one in values:
        text = one.text or ""
        inner = text[1:] if text.startswith("*") else text[:-1]
        if "*" in inner:
            yield one.problem(
                f"{shown(text)} has a '*' that is compared as that letter: one has a meaning at the begin or at the "
                "end, not at both and not within (a rule of this project)",
                "Keep one at the begin or the end, or name each value",
            )
