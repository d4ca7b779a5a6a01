"""The texts below the fields of a model."""

from components.settings.model import SettingsModel
from operations.reference.docstrings import field_texts


class Base(SettingsModel):
    """A model with texts."""

    kept: int = 1
    """Kept
    over two lines.
    """
    rewritten: int = 1
    """Of the base."""
    silent: int = 1


class Derived(Base):
    """A model that writes one field anew, without a text."""

    rewritten: int = 2
    added: int = 1
    """Added."""


def test_a_field_has_the_text_below_it_on_one_line() -> None:
    assert field_texts(Base) == {"kept": "Kept over two lines.", "rewritten": "Of the base."}, (
        "an editor shows it beside the key"
    )


def test_a_field_that_is_written_anew_does_not_keep_the_text_of_its_base() -> None:
    assert field_texts(Derived) == {"kept": "Kept over two lines.", "added": "Added."}, (
        "the text of the base may be wrong for it"
    )
