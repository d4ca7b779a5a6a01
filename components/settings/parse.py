"""From the text of a stack's `mesh` object to settings, or to all of its problems at once."""

import json
from collections.abc import Mapping
from datetime import date
from typing import cast

from pydantic import ValidationError

from components.settings.checks import check
from components.settings.codes import Code
from components.settings.explain import Finding, explain
from components.settings.garbage import collection_paused
from components.settings.merge import merge
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem, SettingsError
from components.settings.profiles import Profile, profile_defaults
from components.settings.repair import repaired
from components.settings.secrecy import private_keys

_PRIVATE_KEY = (
    "holds a private key in clear, which is not shown here; whoever can read this file has it now",
    "Make a new key, store it with `pulumi config set --secret NAME`, and write that NAME here if this setting takes "
    "one",
)


@collection_paused()
def parse_settings(text: str, source: str, today: date | None = None) -> MeshSettings:
    """The settings that the JSON `text` of a `mesh` object describes, with its profile merged under it.

    `source` names the stack file in messages. With `today`, what has an end that is over is refused.

    Raises:
        SettingsError: with every problem of the file.
    """
    own = _document(text, source)
    settings, findings = _validated(own)
    if settings is None:
        # A check of the whole needs a whole: what was refused is repaired, so that one run tells everything.
        settings, _ = _validated(repaired(MeshSettings, own, findings))
    findings = _in_clear(own, findings)
    problems = [finding.problem for finding in findings]
    wrong = [problem.path for problem in problems]
    if settings is not None:
        problems += [problem for problem in check(settings, wrong, today) if not _touched(problem.path, wrong)]
    if settings is None or problems:
        raise SettingsError(source, problems)
    return settings


def _document(text: str, source: str) -> Mapping[str, object]:
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError:
        document = text
    if not isinstance(document, Mapping) or not document:
        raise SettingsError(
            source,
            [
                Problem(
                    (), "is not a map of settings", "Give it keys below, at least `profile` and `istio`", Code.NO_MESH
                )
            ],
        )
    return cast("Mapping[str, object]", document)


def _validated(own: Mapping[str, object]) -> tuple[MeshSettings | None, list[Finding]]:
    merged = merge(profile_defaults(_profile(own)), own)
    try:
        # Validated as JSON, because strict models take enums and tuples from JSON but not from Python objects. Keys in
        # snake_case are for Python: a stack file has one spelling, which is also that of the profiles.
        return MeshSettings.model_validate_json(json.dumps(merged), by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, explain(MeshSettings, error)


def _in_clear(own: Mapping[str, object], findings: list[Finding]) -> list[Finding]:
    """The findings, with private keys in place of whatever else was found where they lie."""
    keys = list(private_keys(own))
    secrets = [Finding(problem=Problem(path, *_PRIVATE_KEY, Code.SECRET_IN_CLEAR)) for path in keys]
    return [*secrets, *(finding for finding in findings if finding.problem.path not in keys)]


def _profile(own: Mapping[str, object]) -> Profile:
    """The profile of the stack; demo for the defaults of a file whose profile is refused anyway."""
    named = own.get("profile")
    return Profile(named) if isinstance(named, str) and named in list(Profile) else Profile.DEMO


def _touched(path: Path, wrong: list[Path]) -> bool:
    """Whether a problem lies at, above or below a refused value, so that it may only follow from the repair."""
    return any(path[: len(one)] == one[: len(path)] for one in wrong)
