"""The JSON Schema of a stack file, as an editor uses it."""

from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from operations.reference.schema import Schema, stack_schema


@cache
def schema() -> Schema:
    """The schema; shared, so change nothing in it."""
    return stack_schema()


@cache
def _validator() -> Any:
    return Draft7Validator(schema())


def marked(document: object) -> list[str]:
    """What an editor would mark in a stack file."""
    return [str(error.message) for error in _validator().iter_errors(document)]
