"""Values that no field expects, put at each place of a document: a check has to stand them, because shapes refuse them.

Checks of meaning run on what is wrong by shape as well, and an error of Python in one would hide all that is wrong.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

ODD: tuple[Any, ...] = (
    *(None, 5, 1.5, -1.5, True, "", "x", "*", "/"),
    *([], [None], ["x"], [[]], [[5]]),
    *({}, {"x": None}, {"x": "y"}, {"match": "x"}),
)
"""One of each type, and what parts of texts, lists and maps are taken for."""


def with_odd_values(value: Any, odd: Sequence[Any] = ODD) -> Iterator[Any]:
    """The value with an odd one at each of its places in turn, however deep; not in place of the whole."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        for key, one in entries.items():
            yield from ({**entries, key: other} for other in (*odd, *with_odd_values(one, odd)))
    elif isinstance(value, list):
        items = cast("list[Any]", value)
        for index, one in enumerate(items):
            yield from ([*items[:index], other, *items[index + 1 :]] for other in (*odd, *with_odd_values(one, odd)))
