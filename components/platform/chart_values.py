"""Which Helm values the program sets, and how what a stack adds goes on top of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, cast

from components.platform.settings import IstioSettings
from components.settings.data_files import yaml_data

Told = TypeVar("Told")

ValuePath = tuple[str, ...]
"""The keys that lead to a Helm value."""

_KEY = re.compile(r'"([^"]+)"|([^."]+)')
"""One key of a path in chart_values.yaml."""


@dataclass(frozen=True, kw_only=True)
class ChartValues:
    """What is known about the values of one chart."""

    owned: Mapping[ValuePath, str]
    """The values that the program sets, with the setting that decides about each, empty where none does."""
    refused: Mapping[ValuePath, str]
    """The values that nobody may set, with the reason."""
    refused_values: Mapping[ValuePath, Mapping[object, str]] = field(
        default_factory=dict[ValuePath, Mapping[object, str]]
    )
    """What single values may not be, with the reason."""
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """Every key at the top that the chart takes, with the first minor version that has it; empty where it takes all."""


@cache
def known_values() -> Mapping[str, ChartValues]:
    """The table of chart_values.yaml, by chart."""
    table: dict[str, Any] = yaml_data(__package__, "chart_values.yaml")
    reserved = dict.fromkeys(table["reserved"], "Istio's charts use this key themselves")
    return {
        chart: ChartValues(
            owned=_by_path(owned),
            refused=_by_path(table["refused"][chart] | reserved),
            refused_values=_by_path(table["refusedValues"].get(chart, {})),
            keys={key: since for since, keys in table["keys"].get(chart, {}).items() for key in keys},
        )
        for chart, owned in table["owned"].items()
    }


def chart_values(istio: IstioSettings, chart: str, own: Mapping[str, object]) -> dict[str, object]:
    """All values of `chart`: those of the program's own builder, those of `istio`, and the stack's extra ones."""
    extra: dict[str, object] = getattr(istio.extra_values, chart)
    return merged(merged(without_none(own), without_none(_of_istio(istio, chart))), extra)


def leaves(values: Mapping[str, object], path: ValuePath = ()) -> Iterator[tuple[ValuePath, object]]:
    """Every value that is no map, or an empty one, with its path."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(cast("Mapping[str, object]", value), (*path, key))
        else:
            yield (*path, key), value


def _of_istio(istio: IstioSettings, chart: str) -> dict[str, object]:
    """The part of `istio` that goes into every chart; sidecars take theirs from istiod."""
    secrets = list(istio.image_pull_secrets) or None
    shared: dict[str, object] = {"compatibilityVersion": istio.compatibility_version}
    if chart == "base":
        return {**shared, "global": {"imagePullSecrets": secrets}}
    if chart == "gateway":
        return {
            **shared,
            "platform": istio.platform.value if istio.platform else None,
            "imagePullPolicy": istio.image_pull_policy.value if istio.image_pull_policy else None,
            "imagePullSecrets": [{"name": name} for name in secrets] if secrets else None,
        }
    settings = {
        "hub": istio.hub,
        "variant": istio.variant.value if istio.variant else None,
        "imagePullPolicy": istio.image_pull_policy.value if istio.image_pull_policy else None,
        "imagePullSecrets": secrets,
        "platform": istio.platform.value if istio.platform else None,
    }
    return {**shared, "global": settings}


def merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """`above` on top of `below` as Helm does it: maps deeply, anything else replaced."""
    found = dict(below)
    for key, value in above.items():
        under = found.get(key)
        found[key] = (
            merged(cast("Mapping[str, object]", under), cast("Mapping[str, object]", value))
            if isinstance(under, Mapping) and isinstance(value, Mapping)
            else value
        )
    return found


def _by_path(rows: Mapping[str, Told]) -> dict[ValuePath, Told]:
    return {tuple(quoted or plain for quoted, plain in _KEY.findall(path)): told for path, told in rows.items()}


def without_none(values: Mapping[str, object]) -> dict[str, Any]:
    """A copy of Helm values without None and without maps that it leaves empty.

    A null that reaches Helm deletes the chart's default (kept since pulumi-kubernetes 4.30), which nobody asked for.
    """
    cleaned = {
        key: without_none(cast("Mapping[str, object]", value)) if isinstance(value, Mapping) else value
        for key, value in values.items()
    }
    return {key: value for key, value in cleaned.items() if value is not None and value != {}}
