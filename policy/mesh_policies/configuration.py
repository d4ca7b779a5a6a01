"""The configuration of the pack: levels and parameters, in the form of `pulumi preview --policy-pack-config`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from mesh_policies.policy import Level, Policy, catalog

ALL = "all"
"""The key that sets the level of every policy which has none of its own here; Pulumi's own word."""

_LEVEL = "enforcementLevel"
_TYPES: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "object": (dict,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
}


class ConfigurationError(Exception):
    """A configuration that cannot be used, with all of its problems, one to a line."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Levels and parameters where they differ from the catalogue."""

    levels: Mapping[str, Level] = field(default_factory=dict[str, Level])
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def of(self, policy: Policy) -> tuple[Level, Mapping[str, Any]]:
        """The level of a policy and the parameters that are set for it."""
        level = self.levels.get(policy.name) or self.levels.get(ALL) or policy.level
        return level, self.parameters.get(policy.name, {})


def read_configuration(text: str, source: str) -> Configuration:
    """The configuration in a JSON file; `source` is its name in messages.

    Raises:
        ConfigurationError: with each unknown policy, level and parameter.
    """
    try:
        document: object = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{source}: is not JSON ({error}).") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{source}: is not a map of policies.")
    rows = cast("dict[str, object]", document)
    if problems := [f"{source}: {one}" for one in _problems(rows)]:
        raise ConfigurationError("\n".join(problems))
    levels: dict[str, Level] = {}
    parameters: dict[str, dict[str, Any]] = {}
    for name, given in rows.items():
        settings = {_LEVEL: given} if isinstance(given, str) else dict(cast("dict[str, Any]", given))
        if level := settings.pop(_LEVEL, None):
            levels[name] = Level(level)
        parameters[name] = settings
    return Configuration(levels=levels, parameters=parameters)


def _problems(rows: Mapping[str, object]) -> Iterator[str]:
    for name, given in rows.items():
        policy = catalog().get(name)
        if policy is None and name != ALL:
            yield f"{name}: there is no policy of this name. There are: {', '.join(catalog())}."
        elif isinstance(given, str):
            yield from _level_problems(name, given)
        elif not isinstance(given, dict):
            yield f'{name}: is neither a level nor a map. For example: {{"{_LEVEL}": "advisory"}}.'
        else:
            settings = dict(cast("dict[str, object]", given))
            yield from _level_problems(f"{name}.{_LEVEL}", settings.pop(_LEVEL, Level.MANDATORY))
            for key, value in settings.items():
                yield from _parameter_problems(name, policy, key, value)


def _level_problems(path: str, given: object) -> Iterator[str]:
    if given not in tuple(Level):
        yield f"{path}: {given!r} is not a level. Use {', '.join(Level)}."


def _parameter_problems(name: str, policy: Policy | None, key: str, value: object) -> Iterator[str]:
    schema = policy.parameters.get(key) if policy else None
    if schema is None:
        known = ", ".join(policy.parameters) if policy and policy.parameters else "none"
        yield f"{name}.{key}: there is no parameter of this name. There are: {known}."
        return
    if not isinstance(value, _TYPES[schema["type"]]) or isinstance(value, bool):
        yield f"{name}.{key}: {value!r} is not of type {schema['type']}."
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{name}.{key}: {value!r} is none of {', '.join(schema['enum'])}."
    elif isinstance(value, int | float):
        lowest, highest = schema.get("minimum", value), schema.get("maximum", value)
        if not lowest <= value <= highest:
            yield f"{name}.{key}: {value} is out of range."
    elif isinstance(value, list) and not all(isinstance(one, str) for one in cast("list[object]", value)):
        yield f"{name}.{key}: not every entry is text."
