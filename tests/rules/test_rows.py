"""The rows for promtool: none is missing, and each says what it seems to say."""

import pytest

from components.observability.alerts.catalog import AlertTemplate, alert_templates
from tests.support.promtool import Case, cases, rules

every_alert = pytest.mark.parametrize("alert", alert_templates().values(), ids=lambda alert: alert.name)


def rows_of(alert: AlertTemplate, *, fires: bool) -> dict[str, Case]:
    return {case.name: case for case in cases() if case.alert == alert.name and case.fires is fires}


def test_every_alert_is_on_in_the_stack_of_the_rows() -> None:
    found = {rule["alert"] for group in rules()["alerts"]["spec"]["groups"] for rule in group["rules"]}
    assert found == set(alert_templates()), "a rule that is not there is quiet in every case"


@every_alert
def test_there_is_a_case_in_which_the_alert_fires(alert: AlertTemplate) -> None:
    assert rows_of(alert, fires=True), "an alert that has never fired may not be able to"


@every_alert
def test_there_is_a_case_for_each_reason_to_be_quiet(alert: AlertTemplate) -> None:
    wanted = {"belowThreshold"}
    if alert.pending != "0s":
        wanted.add("tooShort")
    if "requestsPerSecond" in alert.thresholds:
        wanted.add("noTraffic")
    # Of what objectives stand on, the reporter is in the recordings.
    if "reporter=" in alert.expr or "istio_request" in alert.expr:
        wanted.add("otherReporter")
    missing = wanted - set(rows_of(alert, fires=False))
    assert not missing, "an alert that fires too easily is soon not looked at"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_values_of_a_row_are_in_quotes_where_yaml_would_take_them_for_a_number(case: Case) -> None:
    wrong = [values for values in case.series.values() if not isinstance(values, str)]  # pyright: ignore[reportUnnecessaryIsInstance]
    assert not wrong, "0x20 is 32 to YAML, and twenty zeros to promtool"


def test_every_row_has_a_name_of_its_own() -> None:
    titles = [case.title for case in cases()]
    assert len(titles) == len(set(titles)), "the verdict on one would hide that on the other"


def test_rows_that_fire_say_what_people_read() -> None:
    silent = [case.title for case in cases() if case.fires and not case.expected]
    assert silent == [], "without an expectation the row would claim that the alert is quiet"
