"""The docstrings below the fields of a model, which Python itself forgets."""

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from pydantic import BaseModel


@cache
def field_texts(model: type[BaseModel]) -> Mapping[str, str]:
    """The text below each field that has one, by the field's name; whitespace is folded to single spaces.

    A field is described where it is written: one that a subclass writes anew does not keep the text of its base.
    pydantic could do this (`use_attribute_docstrings`), but at each start of the program, whose time it is not worth.
    """
    texts: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            for name, text in _written(one):
                texts.pop(name, None)
                if text:
                    texts[name] = text
    return MappingProxyType(texts)


def _written(model: type[BaseModel]) -> list[tuple[str, str]]:
    """The fields that the body of `model` itself writes, each with its text, empty where it has none."""
    body = _classes(inspect.getmodule(model))[model.__qualname__].body
    found: list[tuple[str, str]] = []
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.append((statement.target.id, _text(following)))
    return found


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return " ".join(value.split()) if isinstance(value, str) else ""
    return ""


@cache
def _classes(module: ModuleType | None) -> Mapping[str, ast.ClassDef]:
    """The classes at the top level of a module, and those within them, by qualified name."""
    if module is None:
        return {}
    waiting: list[tuple[str, ast.stmt]] = [("", one) for one in ast.parse(inspect.getsource(module)).body]
    classes: dict[str, ast.ClassDef] = {}
    for prefix, one in waiting:
        if isinstance(one, ast.ClassDef):
            classes[prefix + one.name] = one
            waiting += [(f"{prefix}{one.name}.", inner) for inner in one.body]
    return classes
