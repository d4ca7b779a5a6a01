"""Imports that wait until what they name is used."""

import builtins
import json
from typing import Any, cast

import pytest
from pydantic import ValidationError

from components.settings import scheduling
from components.settings.later import Later, imported_when_used
from components.settings.lookup import alternatives
from components.settings.merge import merge as merge_now
from components.settings.model import SettingsModel

with imported_when_used():
    from components.settings.merge import merge
    from components.settings.profiles import Profile
    from components.settings.scheduling import Toleration, TolerationOperator


class Waiting(SettingsModel):
    """A field whose type waits."""

    one: Toleration | None = None
    by_name: dict[str, Toleration] = {}  # noqa: RUF012 - a field


class Ready(SettingsModel):
    """The same field with the type itself."""

    one: scheduling.Toleration | None = None
    by_name: dict[str, scheduling.Toleration] = {}  # noqa: RUF012 - a field


def refusals(model: type[SettingsModel], document: object) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as raised:
        model.model_validate_json(json.dumps(document), by_alias=True, by_name=False)
    return [(one["type"], one["loc"], one["msg"], one["input"]) for one in raised.value.errors(include_url=False)]


def test_a_name_that_is_not_there_is_no_error_before_it_is_used() -> None:
    missing = Later("components.settings.merge", "nothing")
    with pytest.raises(ImportError, match=r"components[.]settings[.]merge[.]nothing"):
        missing()


def test_the_block_imports_nothing() -> None:
    assert isinstance(cast("object", merge), Later), "the block is there so that nothing is imported"


def test_a_function_is_called_with_its_arguments() -> None:
    assert merge({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}


def test_a_module_of_a_package_is_imported_as_well() -> None:
    assert Later("components.settings", "merge").merge is merge_now


def test_a_member_of_an_enumeration_is_the_member_itself() -> None:
    assert Profile.DEMO is type(Profile.DEMO).DEMO


def test_nothing_is_an_instance_of_what_is_not_imported() -> None:
    assert not isinstance(None, cast("Any", Later("components.no_such_module", "Nothing")))


def test_an_instance_is_known_as_one() -> None:
    assert isinstance(scheduling.Toleration(key="a"), Toleration)


def test_imports_work_as_before_after_a_block_that_failed() -> None:
    importing = builtins.__import__
    with pytest.raises(ValueError, match="in the block"), imported_when_used():
        raise ValueError("in the block")
    assert builtins.__import__ is importing, "every later import would wait"


def test_what_is_not_of_this_program_is_imported_at_once_within_a_block() -> None:
    with imported_when_used():
        from json import dumps  # noqa: PLC0415
    assert dumps is json.dumps, "another thread may import something meanwhile"


def test_a_value_is_read_as_by_the_type_itself() -> None:
    document = {"one": {"operator": "Exists", "effect": "NoExecute"}, "byName": {"a": {"key": "b"}}}
    waiting, ready = (one.model_validate_json(json.dumps(document)) for one in (Waiting, Ready))
    assert waiting.model_dump() == ready.model_dump()


@pytest.mark.parametrize(
    "document",
    [
        {"one": {"operator": "Exist"}},
        {"one": {"key": 1, "unknown": 2}},
        {"one": {"toleration_seconds": 1}},
        {"one": "text"},
        {"byName": {"a": {"key": "b"}, "c": {"effect": 1}}},
    ],
)
def test_a_value_is_refused_as_by_the_type_itself(document: object) -> None:
    assert refusals(Waiting, document) == refusals(Ready, document)


def test_python_may_give_an_instance_by_the_names_of_its_fields() -> None:
    given = scheduling.Toleration(toleration_seconds=5)
    assert Waiting(one=given).one is given


def test_what_looks_for_the_types_of_a_field_finds_the_type_itself() -> None:
    assert alternatives(Waiting.model_fields["one"].annotation) == [scheduling.Toleration]


def test_a_type_is_called_by_its_whole_name() -> None:
    assert repr(TolerationOperator) == "components.settings.scheduling.TolerationOperator"
