"""The pause of Python's collector of cycles."""

import gc
from collections.abc import Iterator

import pytest

from components.settings.garbage import collection_paused, kept_to_the_end
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The collector runs before and after each test."""
    gc.enable()
    yield
    gc.enable()
    gc.unfreeze()


def test_the_collector_is_paused_and_then_runs_again() -> None:
    with collection_paused():
        assert not gc.isenabled(), "it would look through all settings again and again"
    assert gc.isenabled(), "what comes after may make cycles"


def test_the_collector_stays_off_where_it_was_off() -> None:
    gc.disable()
    with collection_paused():
        pass
    assert not gc.isenabled(), "somebody else decided that"


def test_the_collector_runs_again_after_settings_that_are_refused() -> None:
    with pytest.raises(SettingsError):
        parse_settings("{}", "Pulumi.test.yaml")
    assert gc.isenabled(), "an error is no reason to leave it off"


def test_what_is_kept_to_the_end_is_never_looked_at_again() -> None:
    with kept_to_the_end():
        made: list[object] = []
    assert not any(one is made for one in gc.get_objects()), "modules and models are never garbage"
    assert gc.isenabled(), "registrations may make cycles"


def test_nothing_is_kept_after_an_error() -> None:
    with pytest.raises(SettingsError), kept_to_the_end():
        parse_settings("{}", "Pulumi.test.yaml")
    assert gc.get_freeze_count() == 0, "what an error leaves is garbage"
    assert gc.isenabled(), "an error is no reason to leave it off"
