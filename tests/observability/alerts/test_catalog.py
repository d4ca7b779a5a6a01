"""The data files of the alerts."""

import re

import pytest

from components.observability.alerts.catalog import (
    AlertTemplate,
    Threshold,
    alert_templates,
    record_templates,
    slo_records,
)
from components.observability.alerts.facts import PLACES, TIMES
from components.observability.alerts.metrics import telemetry_names
from components.observability.alerts.template import filled, number, places

every_alert = pytest.mark.parametrize("alert", alert_templates().values(), ids=lambda alert: alert.name)

THRESHOLDS = [
    pytest.param(threshold, id=f"{alert.name}.{name}")
    for alert in alert_templates().values()
    for name, threshold in alert.thresholds.items()
]


def declared(alert: AlertTemplate) -> set[str]:
    """What the texts of an alert may be filled with."""
    found = {*alert.thresholds, *(TIMES if alert.window else set[str]())}
    for known in (alert.each, alert.only):
        found |= PLACES.get(known, set()) if known else set()
    return found


@every_alert
def test_each_place_of_an_alert_is_declared_and_each_threshold_is_used(alert: AlertTemplate) -> None:
    found = places(alert.expr) | places(alert.summary) | places(alert.description)
    assert found <= declared(alert), "a place without a value ends a deployment"
    assert set(alert.thresholds) <= places(alert.expr), "a number that changes nothing deceives"
    assert alert.window is None or "window" in places(alert.expr), "so does a range"


@every_alert
def test_an_alert_stands_on_metrics_that_are_listed(alert: AlertTemplate) -> None:
    names = re.findall(r"\b((?:istio|istiod|pilot|envoy|citadel|galley|sidecar)_[a-z_]+)\b(?=[{\[) ]|$)", alert.expr)
    assert set(names) <= set(telemetry_names()), "only of these it is known who has them, and what switches them off"


@every_alert
def test_an_alert_is_called_by_a_name_that_prometheus_and_files_take(alert: AlertTemplate) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", alert.name), "it is also the name of its runbook"


def test_every_listed_metric_is_one_of_some_rule() -> None:
    texts = [one.expr for one in (*alert_templates().values(), *record_templates(), *slo_records().rules)]
    unused = [name for name in telemetry_names() if not any(re.search(rf"\b{name}\b", text) for text in texts)]
    assert unused == [], "what nobody needs must not be refused when it is switched off"


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_default_is_within_its_own_range_and_has_a_reason(threshold: Threshold) -> None:
    assert threshold.least <= threshold.default, "the default would be refused"
    assert threshold.most is None or threshold.default <= threshold.most, "the default would be refused"
    assert threshold.reason.endswith("."), "whoever changes a number wants to know why it is this one"


def test_recordings_have_one_place_only() -> None:
    found = {place for one in record_templates() for place in places(one.record) | places(one.expr)}
    assert found == {"window"}, "they are the same for every mesh"


def test_a_filled_text_keeps_what_is_prometheus_own() -> None:
    text = filled('{{ $value }} of {a=~"b.*"} [${window}] ${x}', {"window": "5m", "x": number(0.1)})
    assert text == '{{ $value }} of {a=~"b.*"} [5m] 0.1', "braces and dollars are PromQL's and Go's"


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("${unknown}", {})
