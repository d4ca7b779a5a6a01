"""Which problems of meaning are certain in an object that has mistakes of shape as well."""

from collections.abc import Iterable, Iterator, Sequence

from components.kinds.node import Node
from components.settings.problems import Path, Problem


def certain_problems(meant: Iterable[Problem], wrong: Sequence[Problem], root: Node) -> Iterator[Problem]:
    """Of problems of meaning below `root`: all of them where the shape is right, else those that are certain."""
    return (problem for problem in meant if not wrong or is_certain(problem, wrong, root))


def is_certain(problem: Problem, wrong: Sequence[Problem], root: Node) -> bool:
    """Whether a problem is that of a written value, whatever was meant where the shape is `wrong`.

    What is said about something that is not there, or about a map or list as a whole, may only follow from a misspelt
    key; so may what is said about a value with a mistake beside it, or in what lies beside it.
    """
    keys = problem.path[len(root.path) :]
    return isinstance(root.at(*keys).value, str | int | float) and not any(
        _within(problem.path, one.path) or _within(one.path, _holder(problem.path)) for one in wrong
    )


def _within(path: Path, other: Path) -> bool:
    return path[: len(other)] == other


def _holder(path: Path) -> Path:
    """The map in which a value lies, or the list with it."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    return path[:-1]
