"""The dashboards as files: whole, readable, and right about metrics, thresholds and runbooks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from components.observability.alerts.catalog import alert_templates, record_templates, slo_records
from components.observability.alerts.template import filled as filled_template
from components.observability.dashboards.specs import DASHBOARDS
from tests.support.dashboards import FOLDER, Json, Query, files, panels, queries, used_variables, variables
from tests.support.documents import document

ROWS: list[dict[str, Any]] = document(Path(__file__).with_name("metrics.yaml"))
BY_VARIABLE = {"type": "prometheus", "uid": "${datasource}"}
ALL = [(name, panel) for name in DASHBOARDS for panel in panels(name)]
QUERIES = list(queries())

_PLACE = re.compile(r"alert:([A-Za-z]+)\.([A-Za-z0-9]+)(?:[/*][0-9]+)?")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_BY = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([^}]*)\})?")
_MATCHER = re.compile(r"([a-zA-Z_]+)\s*(?:=~|!~|!=|=)")
_WORDS = {"by", "without", "on", "or", "and", "unless", "bool", "offset"}
_FUNCTIONS = {"sum", "max", "min", "count", "rate", "histogram_quantile", "vector", "label_values"}

every_panel = pytest.mark.parametrize(("name", "panel"), ALL, ids=[f"{name}: {one['title']}" for name, one in ALL])
every_query = pytest.mark.parametrize("query", QUERIES, ids=lambda one: f"{one.dashboard}: {one.place}")


def known_metrics() -> dict[str, set[str]]:
    """Every metric and recording that a dashboard may use, with its labels."""
    found = {metric: _flat(row["labels"]) for row in ROWS for metric in row["metrics"]}
    for one in record_templates():
        found[filled_template(one.record, {"window": "5m"})] = recorded_labels(one.expr, one.record)
    for one in slo_records().rules:
        for window in slo_records().windows:
            found[filled_template(one.record, {"window": window})] = {"slo"}
    return found


def recorded_labels(expr: str, record: str) -> set[str]:
    """The labels of a recording: those that it is summed by, or those of the recordings that it stands on."""
    if found := _BY.search(expr):
        labels = {one.strip() for one in found[1].split(",")}
        return labels - {"le"} if "quantile" in expr else labels
    level = record.split(":", maxsplit=1)[0]
    first = next(one for one in record_templates() if one.record.startswith(f"{level}:"))
    return recorded_labels(first.expr, first.record)


def _flat(labels: list[Any]) -> set[str]:
    return {one for each in labels for one in (cast("list[str]", each) if isinstance(each, list) else [each])}


def selectors(expr: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric of a query, with the labels by which it is selected."""
    plain = _BY.sub(" ", _TEXT.sub('""', re.sub(r"\[[^]]*\]", "", expr)))
    for name, matchers in _SELECTOR.findall(plain):
        if name not in _WORDS | _FUNCTIONS:
            yield name, set(_MATCHER.findall(matchers))


def grouped(expr: str) -> set[str]:
    """The labels that a query sums by."""
    return {label.strip() for found in _BY.findall(_TEXT.sub('""', expr)) for label in found.split(",")}


def thresholds(panel: Json) -> list[Any]:
    """The values at which a panel changes its colour."""
    steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
    return [step["value"] for step in steps if step["value"] is not None]


def alerts_of(panel: Json) -> set[str]:
    """The alerts whose runbooks a panel links."""
    return {link["url"].removeprefix("runbook:") for link in panel.get("links", [])}


def test_every_file_is_a_dashboard_that_is_deployed() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DASHBOARDS), "a file that nobody loads shows nothing"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_has_what_grafana_and_a_reader_need(name: str) -> None:
    one = files()[name]
    assert one["uid"] == f"istio-mesh-{name}", "links and bookmarks lead to it"
    assert one["schemaVersion"] >= 41, "Grafana would migrate an older one at each load"
    assert all((one["title"], one["description"])), "a reader chooses by these"
    assert one["templating"]["list"][0]["type"] == "datasource", "which Prometheus is chosen in Grafana"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_titles_of_dashboards_and_panels_are_their_own(name: str) -> None:
    assert [one["title"] for one in files().values()].count(files()[name]["title"]) == 1, "a list would show two alike"
    ids = [panel["id"] for panel in panels(name)]
    titles = [panel["title"] for panel in panels(name)]
    assert len(ids) == len(set(ids)), "Grafana keeps one of two panels with one id"
    assert len(titles) == len(set(titles)), "nobody could say which panel is meant"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_do_not_lie_on_one_another(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(name):
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, f"{panel['title']} would be moved, and the order of the page with it"
        assert at["x"] + at["w"] <= 24, "the grid has 24 columns"
        taken |= cells


@every_panel
def test_a_panel_says_what_it_shows_and_in_which_unit(name: str, panel: Json) -> None:
    del name
    assert panel["title"], "a reader finds a panel by its title"
    assert panel["description"].endswith("."), "a number without words is a riddle"
    assert panel["fieldConfig"]["defaults"]["unit"], "a number without a unit says nothing"


@every_panel
def test_a_panel_asks_the_prometheus_that_was_chosen(name: str, panel: Json) -> None:
    del name
    assert panel["datasource"] == BY_VARIABLE, "a fixed one is not there in the next Grafana"
    assert all(one["datasource"] == BY_VARIABLE for one in panel["targets"]), "a fixed one is not there in the next"


@every_panel
def test_colours_change_where_alerts_fire(name: str, panel: Json) -> None:
    del name
    for value in thresholds(panel):
        # A count of what should not be there, or should be, is no threshold of an alert.
        if value == 1 and panel["fieldConfig"]["defaults"]["unit"] == "short":
            continue
        found = _PLACE.fullmatch(str(value))
        assert found, "a number of its own would be red where no alert fires, or green where one does"
        assert found[2] in alert_templates()[found[1]].thresholds, "there is no such threshold"
        assert found[1] in alerts_of(panel), "who sees it red wants to know what to do"


@every_panel
def test_a_linked_runbook_is_that_of_an_alert(name: str, panel: Json) -> None:
    del name
    assert alerts_of(panel) <= set(alert_templates()), "a link that leads nowhere"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_variable_is_there_and_used(name: str) -> None:
    one = files()[name]
    used = {word for panel in panels(name) for target in panel["targets"] for word in used_variables(target["expr"])}
    used |= {word for variable in variables(name) for word in used_variables(variable["query"]["query"])}
    assert used == {variable["name"] for variable in one["templating"]["list"]} - {"datasource"}, (
        "an unknown variable is sent as it is, and one that nothing uses only seems to choose"
    )


@every_query
def test_a_query_uses_metrics_and_labels_that_there_are(query: Query) -> None:
    known = known_metrics()
    labels: set[str] = set()
    for metric, matched in selectors(query.expr):
        assert metric in known, "a metric that nobody has is an empty panel"
        assert matched <= known[metric], "a label that a metric does not have selects nothing"
        labels |= known[metric]
    assert grouped(query.expr) <= labels, "to sum by a label that is not there is one line for everything"


@every_query
def test_a_query_says_whose_view_of_a_request_it_takes(query: Query) -> None:
    known = known_metrics()
    both = [metric for metric, matched in selectors(query.expr) if "reporter" in known[metric] - matched]
    assert both == [], "client and server both count a request, so that it would be shown twice"


def test_the_check_of_queries_finds_what_it_is_there_for() -> None:
    found = list(selectors('sum by (le) (rate(istio_requests_total{app="x{y}"}[5m])) / foo{a!~"b"} > 0 or vector(0)'))
    assert found == [("istio_requests_total", {"app"}), ("foo", {"a"})], "a check that sees nothing never fails"
