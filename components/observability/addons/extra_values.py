"""Which Helm values of the addons the program sets, and what a stack may not add."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from components.observability.addons.shared import InstalledAddon
from components.platform.chart_values import ChartValues, ValuePath
from components.platform.extra_values import raw_value_problems
from components.settings.data_files import yaml_data
from components.settings.problems import Problem


@cache
def _table() -> Mapping[str, Any]:
    return yaml_data(__package__, "chart_values.yaml")


def passed_values(addon: str) -> tuple[str, ...]:
    """The top keys of an addon's chart whose content the chart hands on to its program as it is."""
    return tuple(_table()["passed"].get(addon, ()))


@cache
def known_addon_values() -> Mapping[str, ChartValues]:
    """The table of chart_values.yaml, by addon."""
    table = _table()
    return {
        addon: ChartValues(owned=_by_path(owned), refused=_by_path(table["refused"][addon]))
        for addon, owned in table["owned"].items()
    }


def extra_value_problems(name: str, addon: InstalledAddon) -> Iterator[Problem]:
    """Values that a setting decides about, that would break the program, or that are dropped."""
    if addon.extra_values:
        known = known_addon_values()[name]
        yield from raw_value_problems(addon.extra_values, known, ("addons", name, "extraValues"))


def _by_path(rows: Mapping[str, str]) -> dict[ValuePath, str]:
    return {tuple(path.split("/")): told for path, told in rows.items()}
