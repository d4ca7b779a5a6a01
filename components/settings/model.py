"""The base of every settings model."""

from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class SettingsModel(BaseModel):
    """A frozen piece of the stack file that accepts its own keys and types only.

    Keys are camelCase, as in Helm values and Istio's own resources. Nothing is coerced: a number where text belongs is
    refused, because YAML turns an unquoted `1.30` into the number 1.3. The docstring below each field is its
    description in the schema and in the reference.
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        validate_default=True,
        # One validator for a whole stack file is built when it is read, not one for each of the models when imported.
        # Models that are also written out by themselves are built when imported, so that the whole takes them as they
        # are; otherwise they would be built once in the whole, and once more alone.
        defer_build=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def defaults(cls) -> Self:
        """All fields as they are when left out, to be the default of a field itself.

        Equal to `cls()`, for which pydantic would build a validator of this one model when its module is imported.
        """
        return cls.model_construct()
