"""ConfigMaps with dashboards, which Grafana's sidecar loads."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, cast

from components.observability.addons.grafana.values import FOLDER_ANNOTATION
from components.observability.addons.names import DASHBOARD_LABEL
from components.observability.alerts.catalog import alert_templates
from components.observability.alerts.settings import AlertSettings
from components.observability.dashboards.checks import dashboard_namespace
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.mesh import MeshSettings

DASHBOARDS = ("mesh", "service", "workload", "control-plane", "gateway", "canary", "alerts")
"""The files of files/, without `.json`: Grafana's own model, in which a few texts stand for what a stack decides.

`alert:NAME.THRESHOLD` is the number of a threshold, which `/100` or `*3600` brings into the unit of the panel.
`runbook:NAME` is the address of a runbook; a link without one is left out.
"""

_NUMBER = re.compile(r"alert:(?P<alert>[A-Za-z]+)\.(?P<threshold>[A-Za-z0-9]+)(?:(?P<sign>[/*])(?P<factor>[0-9]+))?")
_RUNBOOK = "runbook:"

_KIALI_VARIABLES = {"namespace": "namespace", "service": "host", "workload": "workload"}
"""Kiali's names of what a dashboard may be about, and the variables of the dashboards that take it."""


def dashboard_manifests(settings: MeshSettings) -> dict[str, Manifest]:
    """A ConfigMap for each dashboard, by its name; none where the stack wants none.

    Source: grafana.com/docs/grafana/latest/administration/provisioning, and the sidecar of Grafana's chart.
    """
    namespace = dashboard_namespace(settings)
    return {name: _config_map(name, namespace, settings) for name in DASHBOARDS if namespace}


def dashboard(name: str, settings: MeshSettings) -> dict[str, Any]:
    """A dashboard with the thresholds of the stack's alerts, as Grafana reads it."""
    return cast("dict[str, Any]", _filled(_document(name), settings))


def kiali_links() -> list[dict[str, object]]:
    """The dashboards about one service or one workload, in Kiali's words: their titles, and what their variables are.

    Kiali names a service by its host in full (GrafanaLinks.tsx of its frontend), which the variable `host` takes.
    """
    found: list[dict[str, object]] = []
    for name in DASHBOARDS:
        own = {one["name"] for one in _document(name)["templating"]["list"]}
        variables = {theirs: f"var-{ours}" for theirs, ours in _KIALI_VARIABLES.items() if ours in own}
        if set(variables) - {"namespace"}:
            found.append({"name": _document(name)["title"], "variables": variables})
    return found


def _config_map(name: str, namespace: str, settings: MeshSettings) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": f"istio-dashboard-{name}",
            "namespace": namespace,
            "labels": {**COMMON_LABELS, **DASHBOARD_LABEL},
            "annotations": {FOLDER_ANNOTATION: settings.dashboards.folder},
        },
        "data": {f"istio-{name}.json": json.dumps(dashboard(name, settings), ensure_ascii=False, indent=1)},
    }


@cache
def _document(name: str) -> Mapping[str, Any]:
    text = resources.files(__package__ or "").joinpath("files", f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def _filled(value: object, settings: MeshSettings) -> object:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _filled(one, settings) for key, one in entries.items()}
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return [_filled(one, settings) for one in entries if not _dead_link(one, settings)]
    if isinstance(value, str) and (found := _NUMBER.fullmatch(value)):
        return _threshold(found, settings)
    if isinstance(value, str) and value.startswith(_RUNBOOK):
        return f"{(settings.alerts.runbook_url or '').rstrip('/')}/{value.removeprefix(_RUNBOOK)}.md"
    return value


def _dead_link(value: object, settings: MeshSettings) -> bool:
    """Whether an entry of a list is a link to a runbook, while nobody has said where runbooks are."""
    url = cast("dict[str, object]", value).get("url") if isinstance(value, dict) else None
    return isinstance(url, str) and url.startswith(_RUNBOOK) and settings.alerts.runbook_url is None


def _threshold(found: re.Match[str], settings: MeshSettings) -> float:
    alert, threshold = found["alert"], found["threshold"]
    own = settings.alerts.rules.get(alert) or AlertSettings()
    value = own.thresholds.get(threshold, alert_templates()[alert].thresholds[threshold].default)
    factor = float(found["factor"] or 1)
    return value / factor if found["sign"] == "/" else value * factor
