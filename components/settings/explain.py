"""Turns pydantic's findings into sentences: what the value is, which rule it breaks, how to mend it."""

from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from components.settings.codes import Code
from components.settings.explanations import Refusal, choices, explanation
from components.settings.lookup import located, places_of
from components.settings.problems import Path, Problem, render_path
from components.settings.wording import either, listed, shown, suggestion

__all__ = ["Finding", "explain", "shown", "suggestion"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem, and the word that was probably meant."""

    problem: Problem
    unknown_key: bool = False
    """Whether the key is wrong, and not its value."""
    meant: str | None = None
    """The key or value that was probably meant; None when nothing is near."""
    plausible: str | None = None
    """A word that could stand there, for when nothing is near."""


def explain(root: type[BaseModel], error: ValidationError) -> list[Finding]:
    """One finding for each mistake that pydantic found, in the order of the models."""
    found = error.errors(include_url=False)
    return _once([_finding(root, one) for one in found if not _follows(one, found)])


def _follows(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether a list only counts as too short because pydantic leaves out its refused entries."""
    place = details["loc"]
    return details["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in found
    )


def _once(findings: list[Finding]) -> list[Finding]:
    """One finding for each path: of a union every member refuses a value, each for its own reason.

    A wrong type is the least telling one: the member that takes values of this type has more to say.
    """
    by_path: dict[Path, Finding] = {}
    for one in findings:
        before = by_path.get(one.problem.path)
        if before is None or (_is_mismatch(before) and not _is_mismatch(one)):
            by_path[one.problem.path] = one
    inner = {path[:length] for path in by_path for length in range(len(path))}
    return [one for path, one in by_path.items() if not (_is_mismatch(one) and path in inner)]


def _is_mismatch(finding: Finding) -> bool:
    return finding.problem.code is Code.WRONG_TYPE


def _finding(root: type[BaseModel], details: ErrorDetails) -> Finding:
    path, known = located(root, details["loc"])
    match details["type"]:
        case "extra_forbidden":
            return _unknown_key(root, path, known)
        case "enum" | "literal_error" | "union_tag_invalid":
            return _not_one_of(path, details)
        case _:
            field = known.get(str(path[-1])) if path else None
            return Finding(problem=Problem(path, *explanation(Refusal(path=path, field=field, details=details))))


def _unknown_key(root: type[BaseModel], path: Path, fields: dict[str, FieldInfo]) -> Finding:
    known = sorted(fields)
    meant = suggestion(str(path[-1]), known)
    places = [place for place in places_of(root, str(path[-1])) if place != path]
    fix = f"Known keys here: {listed(known)}"
    if meant:
        fix = f"Did you mean '{meant}'?"
    elif len(places) == 1:
        fix = f"It belongs to {render_path(places[0])}"
    return Finding(problem=Problem(path, "unknown key", fix, Code.UNKNOWN_KEY), unknown_key=True, meant=meant)


def _not_one_of(path: Path, details: ErrorDetails) -> Finding:
    refusal = Refusal(path=path, field=None, details=details)
    words = choices(refusal)
    value: object = refusal.value
    if details["type"] == "union_tag_invalid":
        # The value is the map around the key that tells one kind from the other.
        path, value = (*path, str(refusal.context("discriminator")).strip("'")), refusal.context("tag")
    meant = suggestion(value, words) if isinstance(value, str) else None
    fix = f"Did you mean '{meant}'?" if meant else f"Choose {either(words)}"
    rule = f"{shown(value)} is not one of {', '.join(words)}"
    # A map or a list is no misspelt word, but of another type; a member of a union may have more to say about it.
    code = Code.WRONG_TYPE if isinstance(value, dict | list) else Code.NOT_ONE_OF
    return Finding(problem=Problem(path, rule, fix, code), meant=meant, plausible=words[0] if words else None)
