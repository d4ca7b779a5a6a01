"""Checks of names that lead to other parts of the stack."""

from collections.abc import Iterable, Iterator

from components.services.checks.references import namespace_problems
from components.settings.mesh import MeshSettings
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem
from components.settings.wording import suggestion


def name_problems(names: Iterable[str], known: Iterable[str], place: str, path: Path) -> Iterator[Problem]:
    """Names that are not there, and names that are given twice; `place` is where they would be."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        here = (*path, index)
        if name not in known:
            meant = suggestion(name, known)
            fix = f"Did you mean '{meant}'?" if meant else "Declare it there, or name one that is"
            yield Problem(here, f"there is no '{name}' in {place}", fix)
        elif name in seen:
            yield Problem(here, f"'{name}' is given twice", "Remove it")
        seen.add(name)


def party_problems(settings: MeshSettings, one: SettingsModel, path: Path) -> Iterator[Problem]:
    """`services` and `gateways` of a setting."""
    services: tuple[str, ...] = getattr(one, "services", ())
    gateways: tuple[str, ...] = getattr(one, "gateways", ())
    yield from name_problems(services, settings.services, "mesh.services", (*path, "services"))
    yield from name_problems(gateways, settings.gateways, "mesh.gateways", (*path, "gateways"))


def target_namespace_problems(settings: MeshSettings, names: Iterable[str], path: Path) -> Iterator[Problem]:
    """Namespaces in which policies would be put."""
    for index, name in enumerate(names):
        if name == settings.control_plane.namespace:
            rule = f"'{name}' is the root namespace, in which a policy is for the whole mesh"
            yield Problem((*path, index), rule, "Name other namespaces")
        else:
            yield from namespace_problems(settings, name, (*path, index))
