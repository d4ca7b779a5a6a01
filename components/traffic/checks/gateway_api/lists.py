"""Checks of lists that Kubernetes keeps as maps or sets, so that nothing may be in them twice."""

from collections.abc import Iterable, Iterator

from components.kinds.node import Node
from components.settings.problems import Problem


def repeated_problems(names: Iterable[Node], what: str, *, folded: bool = False) -> Iterator[Problem]:
    """Texts or numbers that were there before; with `folded`, also in another case."""
    seen: set[object] = set()
    for name in names:
        value = name.text if name.text is not None else name.whole
        key = value.lower() if folded and isinstance(value, str) else value
        if key is not None and key in seen:
            yield name.problem(f"'{value}' is given twice", f"Give each {what} once")
        seen.add(key)
