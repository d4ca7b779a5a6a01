"""Finds the model or field that a path of the stack file leads to."""

from types import UnionType
from typing import Annotated, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.settings.problems import Path


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model whose keys are expected at `path` below `root`; None where none is."""
    current: object = root
    for part in path:
        model = _model_of(current)
        current = _field_type(model, part) if model else _item_type(current)
    return _model_of(current)


def field_at(root: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field of a model that `path` below `root` names; None for entries of maps and lists."""
    model = model_at(root, path[:-1])
    return keys_of(model).get(str(path[-1])) if model and path else None


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of `model` by the key that the stack file uses."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _field_type(model: type[BaseModel], key: str | int) -> object:
    field = keys_of(model).get(str(key))
    return field.annotation if field else None


def _alternatives(annotation: object) -> list[object]:
    """The members of a union or of an Annotated, each unwrapped."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [one for member in get_args(annotation) for one in _alternatives(member)]
    return [annotation]


def _model_of(annotation: object) -> type[BaseModel] | None:
    for one in _alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _item_type(annotation: object) -> object:
    """The type of a map's values or of a list's items."""
    for one in _alternatives(annotation):
        arguments = cast("tuple[object, ...]", get_args(one))
        if get_origin(one) is dict:
            return arguments[1]
        if get_origin(one) is tuple:
            return arguments[0]
    return None
