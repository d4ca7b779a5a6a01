"""Every setting of the stack file, by its path: what it takes, what it is by default, and who says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.settings.lookup import alternatives, item_types, keys_of
from components.settings.merge import EVERY, KIND, owned
from components.settings.mesh import MeshSettings
from components.settings.profiles import Profile, profile_defaults
from operations.reference.docstrings import field_texts
from operations.reference.types import type_text

UNSET = object()
"""Where neither the program nor a profile has a value."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One row of the reference."""

    path: str
    type: str
    description: str
    required: bool
    default: object
    """The program's own default; UNSET when there is none."""
    profiles: Mapping[Profile, object]
    """The default of each profile that has one."""


@dataclass(frozen=True)
class _Place:
    path: str
    defaults: Mapping[Profile, object]


def settings_reference() -> Iterator[Setting]:
    """All settings, in the order of the models."""
    defaults: dict[Profile, object] = {profile: profile_defaults(profile) for profile in Profile}
    yield from _of_model(MeshSettings, _Place("", defaults))


def _of_model(model: type[BaseModel], place: _Place) -> Iterator[Setting]:
    texts = {field.alias or name: field_texts(model).get(name, "") for name, field in model.model_fields.items()}
    for key, field in keys_of(model).items():
        here = _Place(f"{place.path}.{key}".lstrip("."), _inside(place.defaults, key))
        models = list(_models(field.annotation))
        row = _setting(field, texts[key], here, leaf=not models)
        yield replace(row, required=True) if _incomplete(field, models, here) else row
        for suffix, depth, inner in models:
            below = here.defaults
            for _ in range(depth):
                below = _inside(below, EVERY)
            yield from _of_model(inner, _Place(here.path + suffix, _of_kind(below, _kind(inner))))


def _incomplete(field: FieldInfo, models: Sequence[tuple[str, int, type[BaseModel]]], place: _Place) -> bool:
    """Whether a required map of one kind is required still, although a profile fills a part of it."""
    if not field.is_required() or len(models) != 1:
        return False
    return any(one.is_required() and not _inside(place.defaults, key) for key, one in keys_of(models[0][2]).items())


def _setting(field: FieldInfo, text: str, place: _Place, *, leaf: bool) -> Setting:
    default: object = UNSET
    if leaf and not field.is_required():
        value: object = field.get_default(call_default_factory=True)
        default = UNSET if value is None or value in ({}, ()) else value
    return Setting(
        path=place.path,
        type=type_text(field),
        description=text,
        required=field.is_required() and not place.defaults,
        default=default,
        profiles=place.defaults if leaf else {},
    )


def _models(annotation: object, suffix: str = "", depth: int = 0) -> Iterator[tuple[str, int, type[BaseModel]]]:
    """The models within a type, with what leads to them: '.NAME' for an entry of a map, '[]' for one of a list."""
    members = alternatives(annotation)
    for one in members:
        if model := _model(one):
            yield suffix + (_kind(model) if len(members) > 1 else ""), depth, model
        for item in item_types(one):
            step = ".NAME" if _is_map(one) else "[]"
            yield from _in_items(item, item_types(one), suffix + step, depth + (step == ".NAME"))


def _in_items(
    item: object, members: Sequence[object], suffix: str, depth: int
) -> Iterator[tuple[str, int, type[BaseModel]]]:
    for inner_suffix, inner_depth, model in _models(item, suffix, depth):
        yield inner_suffix + (_kind(model) if len(members) > 1 else ""), inner_depth, model


def _model(annotation: object) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _kind(model: type[BaseModel]) -> str:
    """The value that tells a member of a union from the others, such as ' (provided)'."""
    for field in keys_of(model).values():
        text = type_text(field)
        if text.count("`") == 2 and text.startswith("`"):
            return f" ({text.strip('`')})"
    return ""


def _is_map(annotation: object) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _inside(defaults: Mapping[Profile, object], key: str) -> dict[Profile, object]:
    found = {
        profile: cast("Mapping[str, object]", one) for profile, one in defaults.items() if isinstance(one, Mapping)
    }
    return {profile: dict(owned(one))[key] for profile, one in found.items() if key in dict(owned(one))}


def _of_kind(defaults: Mapping[Profile, object], label: str) -> dict[Profile, object]:
    """The defaults that are not those of another kind than `label` names."""
    kinds = {
        profile: cast("Mapping[str, object]", one).get(KIND) if isinstance(one, Mapping) else None
        for profile, one in defaults.items()
    }
    return {
        profile: one for profile, one in defaults.items() if kinds[profile] is None or f" ({kinds[profile]})" == label
    }
