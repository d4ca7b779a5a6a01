"""Imports that wait until what they name is used, as `lazy from ... import` of Python 3.15 does (PEP 810).

Most stacks use few of the sections of a stack file, and to import the models, checks and components of all of them
took a third of the program's time. So what belongs to a section that a stack may leave out is imported in such a block:

    with imported_when_used():
        from components.tls.component import GatewayCertificates

tests/program/test_imports.py says what the stack `dev` does without.
"""

import builtins
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import Any, Union

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

LATER = "later"
"""The key of pydantic's metadata of a field under which the `Later` lies that is its type."""


class Later:
    """A function, a class, a module or a type of the stack file that is imported the first time that it is used.

    To call it, to ask `isinstance` about it and to take an attribute uses it; to write it into annotations does not. As
    the type of a field of a settings model, or as a part of one, it is used once a stack has a value for the field, and
    refuses the same as without it, with the same errors. It cannot be a base class, a pattern of `match`, or a member
    of a union that is told from the others by a field.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    @cached_property
    def found(self) -> Any:
        """What it stands for.

        Raises:
            ImportError: there is no such module, or nothing of that name in it.
        """
        module = import_module(self._module)
        if hasattr(module, self._name):
            return getattr(module, self._name)
        return import_module(f"{self._module}.{self._name}")  # As Python does for the modules of a package.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call what it stands for."""
        return self.found(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        # What libraries look for in any type is no use of it.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.found, name)

    def __instancecheck__(self, instance: object) -> bool:
        # What a stack leaves out is None, which is asked about most.
        return instance is not None and isinstance(instance, self.found)

    def __or__(self, other: Any) -> Any:
        return Union[self, other]  # noqa: UP007 - this is what `|` comes to

    def __ror__(self, other: Any) -> Any:
        return Union[other, self]  # noqa: UP007 - likewise

    def __repr__(self) -> str:
        return f"{self._module}.{self._name}"

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._validated, metadata={LATER: self})

    @property
    def schema(self) -> CoreSchema:
        """How pydantic reads the type that it stands for."""
        return self._adapter.core_schema

    def _validated(self, value: Any, info: core_schema.ValidationInfo) -> Any:
        if info.mode != "json":
            return self._adapter.validate_python(value)
        # As JSON again, because that is what strict models take enums and tuples from; with the keys of the stack file.
        return self._adapter.validate_json(json.dumps(value), by_alias=True, by_name=False)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.found)


class _Module:
    """Stands for a module in `from ... import`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Later:
        return Later(self._name, name)


@contextmanager
def imported_when_used() -> Generator[None]:
    """Have each `from components... import name` of the block import nothing until the name is used."""
    importing = builtins.__import__

    def noted(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - as Python calls it
        locals: Mapping[str, object] | None = None,  # noqa: A002 - likewise
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        # What other threads import meanwhile is not of this program.
        return _Module(name) if name.startswith("components.") else importing(name, globals, locals, fromlist, level)

    builtins.__import__ = noted
    try:
        yield
    finally:
        builtins.__import__ = importing
