"""Objects that two settings of a stack make, or that the user has written beside a setting that makes them."""

from collections.abc import Iterator

from components.settings.problems import Path, Problem, render_path
from components.traffic.model import TrafficModel
from components.traffic.part import Part


def collision_problems(model: TrafficModel) -> Iterator[Problem]:
    """Two objects of one kind, namespace and name, of which one would overwrite the other.

    Two that are both in mesh.resources are refused where these are checked.
    """
    first: dict[tuple[str, str, str, str], Part] = {}
    for part in sorted(model.parts, key=lambda one: one.given):
        earlier = first.setdefault(part.resource.identity, part)
        if earlier is part or (earlier.given and part.given):
            continue
        makers = (earlier.origin or (), part.origin or ())
        if part.given:
            yield part.resource.node.at("metadata", "name").problem(
                f"the {part.kind} '{part.name}' in {part.namespace} is what {render_path(makers[0])} makes, and one of "
                "the two would overwrite the other",
                "Choose another name, or move what it says there",
            )
        elif makers[0] != makers[1]:
            yield _made_twice(part, makers[1], makers[0])
        else:
            yield Problem(
                makers[1],
                f"makes two objects {part.kind} '{part.name}' in {part.namespace}, and one would overwrite the other",
                "Rename a gateway, or write another host first: the name is made of both",
            )


def _made_twice(part: Part, path: Path, earlier: Path) -> Problem:
    return Problem(
        path,
        f"makes the {part.kind} '{part.name}' in {part.namespace}, which {render_path(earlier)} makes as well, and one "
        "of the two would overwrite the other",
        "Rename one of the two, or put it into another namespace",
    )
