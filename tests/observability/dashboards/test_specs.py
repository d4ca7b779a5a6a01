"""Where dashboards are deployed, and with which thresholds."""

import json
from typing import Any

import pytest

from components.observability.dashboards.checks import dashboard_namespace
from components.observability.dashboards.specs import DASHBOARDS, dashboard, dashboard_manifests
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError
from tests.support.stacks import DEMO, settings_of

GRAFANA: dict[str, Any] = {"prometheus": {}, "grafana": {}}
MONITORING = {"namespaces": {"monitoring": {"create": False, "injection": "disabled"}, **DEMO["namespaces"]}}
OTHERS: dict[str, Any] = {
    "prometheus": {"kind": "external", "url": "https://prometheus.example.com"},
    "grafana": {},
}
OPERATOR = {"operator": {"namespace": "monitoring"}}

WANTED: list[tuple[str, dict[str, Any], str | None]] = [
    ("nothing of Grafana", {}, None),
    ("an installed Grafana", {"addons": GRAFANA}, "observability"),
    ("an installed Grafana, and none wanted", {"addons": GRAFANA, "dashboards": {"enabled": False}}, None),
    (
        "a Grafana of one's own",
        {"dashboards": {"namespace": "monitoring"}, "alerts": OPERATOR, **MONITORING},
        "monitoring",
    ),
    ("an installed Grafana beside an operator of one's own", {"addons": OTHERS, "alerts": OPERATOR}, "observability"),
    ("an installed Grafana without rules, and none wanted", {"addons": OTHERS, "dashboards": {"enabled": False}}, None),
    (
        "the namespace of the addons, by its name",
        {"addons": GRAFANA, "dashboards": {"namespace": "observability"}},
        "observability",
    ),
    (
        "a Grafana of one's own, and none wanted",
        {"dashboards": {"enabled": False, "namespace": "monitoring"}, **MONITORING},
        None,
    ),
]

BAD: list[tuple[dict[str, Any], str]] = [
    (
        {"dashboards": {"enabled": True}},
        "dashboards.enabled: true, but there is no Grafana that would show them. Add `grafana: {}` to `addons`, or "
        "name the `namespace` in which a Grafana of your own looks. [MESH-221]",
    ),
    (
        {"dashboards": {"namespace": "monitorin"}, "alerts": OPERATOR, **MONITORING},
        "dashboards.namespace: there is no namespace 'monitorin' in mesh.namespaces. Did you mean 'monitoring'? "
        "[MESH-221]",
    ),
    (
        {"dashboards": {"namespace": "warehouse"}, "alerts": OPERATOR},
        "dashboards.namespace: there is no namespace 'warehouse' in mesh.namespaces. Declare it there, for example "
        "`warehouse: {create: false, injection: disabled}`. [MESH-221]",
    ),
    (
        {"dashboards": {"namespace": "monitoring"}, "addons": GRAFANA, **MONITORING},
        "dashboards.namespace: addons.grafana does not read 'monitoring', only its own namespace 'observability'. "
        "Remove it, or give addons.grafana `kind: external` when the Grafana is not this program's. [MESH-221]",
    ),
    (
        {"addons": OTHERS},
        "dashboards: would be empty: they show what recording rules and monitors make, and the stack knows of no "
        "Prometheus operator that would take these. Add `alerts.operator` with the namespace and labels of yours, or "
        "`addons.prometheus`; without either set `dashboards: {enabled: false}`. [MESH-221]",
    ),
    (
        {"dashboards": {"namespace": "monitoring"}, **MONITORING},
        "dashboards: would be empty: they show what recording rules and monitors make, and the stack knows of no "
        "Prometheus operator that would take these. Add `alerts.operator` with the namespace and labels of yours, or "
        "`addons.prometheus`; without either set `dashboards: {enabled: false}`. [MESH-221]",
    ),
    (
        {"dashboards": {"folder": ""}},
        "dashboards.folder: '' is not one line of text. For example: '~/.kube/config'. [MESH-105]",
    ),
    ({"dashboards": {"folders": "Mesh"}}, "dashboards.folders: unknown key. Did you mean 'folder'? [MESH-101]"),
]


def values_of(document: dict[str, Any]) -> list[Any]:
    """Every threshold of a dashboard."""
    panels = document["panels"]
    return [
        step["value"]
        for panel in panels
        for step in panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
    ]


@pytest.mark.parametrize(("title", "stack", "namespace"), WANTED, ids=[row[0] for row in WANTED])
def test_dashboards_go_where_a_grafana_looks(title: str, stack: dict[str, Any], namespace: str | None) -> None:
    settings = settings_of({**DEMO, **stack})
    assert dashboard_namespace(settings) == namespace, title
    assert bool(dashboard_manifests(settings)) == bool(namespace), "nobody would see them elsewhere"


@pytest.mark.parametrize(("stack", "message"), BAD, ids=[row[1].split(":")[0] + str(i) for i, row in enumerate(BAD)])
def test_wrong_dashboards_are_named_by_path_value_rule_and_fix(stack: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings(json.dumps({**DEMO, **stack}), "Pulumi.test.yaml")
    assert str(raised.value) == f"Pulumi.test.yaml: mesh.{message}", "the message is what the user has to go on"


def test_each_dashboard_is_a_config_map_that_the_sidecar_of_grafana_takes() -> None:
    found = dashboard_manifests(settings_of({**DEMO, "addons": GRAFANA, "dashboards": {"folder": "Mesh"}}))
    assert list(found) == list(DASHBOARDS), "none is left out"
    for name, manifest in found.items():
        metadata = manifest["metadata"]
        assert metadata["labels"]["grafana_dashboard"] == "1", "by this label the sidecar finds it"
        assert metadata["annotations"] == {"grafana_folder": "Mesh"}, "the folder is the stack's"
        ((key, text),) = manifest["data"].items()
        assert key == f"istio-{name}.json", "the sidecar writes a file of this name, and two alike would be one"
        assert len(text) < 200_000, "more than a few hundred KB does not fit beside kubectl's own copy of an object"
        assert json.loads(text)["uid"] == f"istio-mesh-{name}", "it is read as JSON"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_no_place_is_left_to_fill(name: str) -> None:
    text = json.dumps(dashboard(name, settings_of(DEMO)))
    assert "alert:" not in text, "Grafana takes numbers for thresholds"
    assert "runbook:" not in text, "nobody has said where runbooks are, so that there is nothing to link"


def test_thresholds_are_those_of_the_stack() -> None:
    rules = {
        "HighErrorRate": {"thresholds": {"errorPercent": 2}},
        "HighLatency": {"thresholds": {"latencyMilliseconds": 250}},
    }
    settings = settings_of({**DEMO, **MONITORING, "alerts": {**OPERATOR, "rules": rules}})
    assert {0.02, 250} <= set(values_of(dashboard("service", settings))), "a panel is red when the alert fires"
    assert {0.05, 1000} <= set(values_of(dashboard("service", settings_of(DEMO)))), "as the alerts' defaults say"


def test_thresholds_come_in_the_unit_of_the_panel() -> None:
    values = values_of(dashboard("control-plane", settings_of(DEMO)))
    assert 30 * 86400 in values, "the alert says days, and the panel shows seconds"


def test_runbooks_are_linked_where_they_are() -> None:
    settings = settings_of({**DEMO, "alerts": {"runbookUrl": "https://git.example.com/mesh/docs/runbooks/"}})
    links = [link["url"] for panel in dashboard("mesh", settings)["panels"] for link in panel.get("links", [])]
    assert "https://git.example.com/mesh/docs/runbooks/HighErrorRate.md" in links, "who sees red goes there"
