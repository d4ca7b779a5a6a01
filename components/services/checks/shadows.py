"""Checks of the order of a service's routes."""

from collections.abc import Iterator

from components.services.intersection import InexpressibleError, both, is_for_everything, plain_path
from components.services.matching import RouteMatch
from components.services.rules import goes_by_weights
from components.services.settings import ServiceSettings
from components.settings.problems import Path, Problem


def shadow_problems(service: ServiceSettings, path: Path) -> Iterator[Problem]:
    """Matches whose requests an earlier match takes, as analyzers IST0130 and IST0131 say of VirtualServices."""
    earlier: list[tuple[str, RouteMatch]] = []
    for index, tester in enumerate(service.testers):
        yield from _shadowed(tester.match, (*path, "testers", index, "match"), earlier)
        earlier.append((f"testers[{index}]", tester.match))
    for index, route in enumerate(service.routes):
        for number, match in enumerate(route.match):
            yield from _shadowed(match, (*path, "routes", index, "match", number), earlier)
            if route.delegate is None:  # One that delegates takes only what its delegate takes.
                earlier.append((f"routes[{index}]", match))
    yield from _idle_weights(service, earlier, path)


def _idle_weights(service: ServiceSettings, taken: list[tuple[str, RouteMatch]], path: Path) -> Iterator[Problem]:
    """Weights by which no request goes, because none is left for them and no route goes by them."""
    everything = next((place for place, match in taken if is_for_everything(match)), None)
    if service.weights and everything and not any(goes_by_weights(route) for route in service.routes):
        rule = f"no request goes by them: {everything} takes every request, and does not go by them either"
        yield Problem((*path, "weights"), rule, f"Remove them, or give {everything} a condition")


def _shadowed(match: RouteMatch, path: Path, earlier: list[tuple[str, RouteMatch]]) -> Iterator[Problem]:
    for place, one in earlier:
        if _takes_all(one, match):
            yield Problem(path, f"{place} takes all of these requests before", "Put it before that one, or remove it")
            return


def _takes_all(earlier: RouteMatch, later: RouteMatch) -> bool:
    try:
        common = both(_plain(earlier), _plain(later))
    except InexpressibleError:
        return False
    return common is not None and _plain(common) == _plain(later)


def _plain(match: RouteMatch) -> RouteMatch:
    headers = {name.lower(): one for name, one in match.headers.items()}
    without = {name.lower(): one for name, one in match.without_headers.items()}
    changes = {"path": plain_path(match.path), "headers": headers, "without_headers": without}
    return match.model_copy(update=changes)
