"""Checks of istio.extraValues."""

from collections.abc import Iterator, Mapping

from components.platform.chart_values import ChartValues, ValuePath, known_values, leaves
from components.platform.settings import IstioSettings, RawValues
from components.platform.versions import minor_of
from components.settings.codes import Code
from components.settings.explain import shown, suggestion
from components.settings.problems import Path, Problem


def extra_values_problems(istio: IstioSettings) -> Iterator[Problem]:
    """Values that a setting decides about, that would break the program, or that are dropped."""
    for chart, known in known_values().items():
        path: Path = ("istio", "extraValues", chart)
        values: RawValues = getattr(istio.extra_values, chart)
        yield from _key_problems(values, known.keys, istio.version, path)
        yield from raw_value_problems(values, known, path)


def _key_problems(values: RawValues, known: Mapping[str, str], istio: str, path: Path) -> Iterator[Problem]:
    """Keys that the chart's schema refuses, with which Helm would fail in the middle of a deployment."""
    for key in values if known else ():
        if key not in known:
            meant = suggestion(key, known)
            fix = f"Did you mean '{meant}'?" if meant else "Remove it; the chart's values.yaml has those that there are"
            yield Problem((*path, key), "is no value of the chart, which refuses it", fix, Code.UNKNOWN_KEY)
        elif minor_of(istio) < minor_of(known[key]):
            rule = f"the chart has it from Istio {known[key]} on, but istio.version is {istio}"
            yield Problem((*path, key), rule, "Remove it, or choose a newer istio.version")


def raw_value_problems(values: RawValues, known: ChartValues, path: Path) -> Iterator[Problem]:
    """What is wrong with the raw values of one chart, which stand at `path` of the stack file."""
    told: set[ValuePath] = set()
    for leaf, value in leaves(values):
        refused = next((row for row in known.refused if row == leaf[: len(row)]), None)
        if refused and refused not in told:
            told.add(refused)
            yield Problem((*path, *refused), f"is refused: {known.refused[refused]}", "Remove it")
        reason = known.refused_values.get(leaf, {}).get(value) if isinstance(value, str) else None
        if reason:
            yield Problem((*path, *leaf), f"{shown(value)} is refused: {reason}", "Remove it")
        if not refused:
            yield from _value_problems(leaf, value, known.owned, (*path, *leaf))


def cni_enabled(istio: IstioSettings) -> bool | None:
    """Whether Istio's CNI plugin redirects the traffic of pods, which only its own values tell; None when unsaid.

    The program does not install the plugin. The value is the chart's own (`cni.enabled` of the chart istiod); the
    overlay of a platform may set it as well (files/profile-platform-openshift.yaml).
    """
    cni = istio.extra_values.istiod.get("cni")
    said = cni.get("enabled") if isinstance(cni, dict) else None
    return said if isinstance(said, bool) else None


def _value_problems(leaf: ValuePath, value: object, owned: Mapping[ValuePath, str], path: Path) -> Iterator[Problem]:
    met = next((row for row in owned if row[: len(leaf)] == leaf[: len(row)]), None)
    if value is None:
        yield Problem(path, "no value: a null would never reach the chart", "Fill it, or remove the key")
    elif met and len(leaf) < len(met):
        if value != {}:
            yield Problem(path, f"{shown(value)} would replace a map of the chart", "Give it keys below, indented")
    elif met:
        setting = owned[met]
        by, fix = (f"mesh.{setting}", f"Use mesh.{setting}") if setting else ("the program itself", "Remove it")
        yield Problem(path, f"is decided by {by}, which extraValues cannot replace", fix)
