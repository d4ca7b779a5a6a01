"""Routes that are never reached, because an earlier one takes all of their requests.

Istio accepts them and says so in its analysis only (IST0130 VirtualServiceUnreachableRule, IST0131
VirtualServiceIneffectiveMatch). That they are refused is a rule of this project.
"""

from collections.abc import Callable, Iterator

from components.kinds.node import Node
from components.settings.problems import Problem, render_path

Covers = Callable[[Node, Node], bool]


def shadow_problems(routes: Node, covers: Covers) -> Iterator[Problem]:
    """The routes and matches of a list that no request reaches; `covers` compares an earlier match with a later one.

    A route that delegates takes only what its delegate takes, so that it is taken to shadow nothing.
    """
    taken: list[Node] = []
    for route in routes:
        # A route without matches takes everything, and stands for itself with no value.
        matches = route.at("match").items or [Node(None, route.path)]
        for index, match in enumerate(matches):
            same = [one for one in matches[:index] if covers(one, match) and covers(match, one)]
            earlier = next((one for one in [*taken, *same] if not one.given or covers(one, match)), None)
            if earlier:
                yield _shadow(match, earlier, len(routes.path))
        if not route.has("delegate"):
            taken += matches


def _shadow(later: Node, earlier: Node, depth: int) -> Problem:
    name = render_path(earlier.path[depth - 1 :]).removeprefix("mesh.")
    route = render_path(earlier.path[depth - 1 : depth + 1]).removeprefix("mesh.")
    fix = f"Move its route before {route}, or remove it"
    if earlier.path[: depth + 1] == later.path[: depth + 1]:
        fix = "Remove it"
    what = "requests" if name.startswith("http") else "connections"
    return later.problem(f"is never reached: {name} takes all of its {what} (a rule of this project)", fix)
