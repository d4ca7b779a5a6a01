"""The queries of the dashboards, as Grafana sends them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from components.observability.dashboards import specs
from components.observability.dashboards.specs import DASHBOARDS
from tests.support.stacks import ROOT

FOLDER = ROOT / "components/observability/dashboards/files"
MACROS: Mapping[str, str] = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h"}
"""What Grafana puts in place of its macros; any duration does for a test."""

_VARIABLE = re.compile(r"\$([a-z]+)")
_LABEL_VALUES = re.compile(r"label_values\((.*), ?([a-z_]+)\)", re.DOTALL)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Query:
    """One query, and where it is."""

    dashboard: str
    place: str
    """The title of the panel, or the name of the variable."""
    expr: str
    """In PromQL, with Grafana's macros filled and `.*` for each of its variables."""


@cache
def files() -> Mapping[str, Json]:
    """Every dashboard as its file has it."""
    return {name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in specs.DASHBOARDS}


def panels(name: str) -> list[Json]:
    """The panels of a dashboard."""
    return list(files()[name]["panels"])


def variables(name: str) -> list[Json]:
    """The variables of a dashboard that ask Prometheus."""
    return [one for one in files()[name]["templating"]["list"] if one["type"] == "query"]


def queries() -> Iterator[Query]:
    """All queries of all dashboards, those of variables included."""
    for name in DASHBOARDS:
        for one in variables(name):
            found = _LABEL_VALUES.fullmatch(one["query"]["query"])
            assert found, "only label_values is used, whose argument is a selector"
            yield Query(name, f"${one['name']}", filled(found[1]))
        for panel in panels(name):
            for target in panel["targets"]:
                yield Query(name, panel["title"], filled(target["expr"]))


def used_variables(text: str) -> set[str]:
    """The variables that a query stands on, macros left out."""
    return set(_VARIABLE.findall(_without_macros(text)))


def filled(text: str) -> str:
    """A query as Prometheus gets it."""
    return _VARIABLE.sub(".*", _without_macros(text))


def _without_macros(text: str) -> str:
    for macro, value in MACROS.items():
        text = text.replace(macro, value)
    return text
