"""There is a runbook for each alert, and it helps."""

import re

import pytest

from components.observability.alerts.catalog import alert_templates, record_templates, slo_records
from components.observability.alerts.metrics import telemetry_names
from components.observability.alerts.settings import RUNBOOKS as FOLDER
from tests.support.runbooks import RUNBOOKS, Runbook
from tests.support.stacks import ROOT

every_runbook = pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda runbook: runbook.path.stem)

TOOLS = ("kubectl", "istioctl", "pulumi", "./mesh")

# What runbooks look at beside what alerts stand on (pilot/pkg/xds/monitoring.go of Istio 1.29).
FURTHER_METRICS = {"up", "pilot_push_triggers"}

# Gone since Istio 1.24, with what replaced them told in the release notes.
REMOVED = ("istioctl operator", "istioctl profile", "istioctl verify-install", "istioctl authn", "tls-check")


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert set(RUNBOOKS) == set(alert_templates()), "runbook_url leads people there at night"


def test_the_runbooks_are_where_alerts_say() -> None:
    assert {one.path.parent for one in RUNBOOKS.values()} == {ROOT / FOLDER}, "the default of runbook_url is this path"


@every_runbook
def test_a_runbook_says_what_it_means_how_to_see_it_and_what_to_do(runbook: Runbook) -> None:
    assert runbook.sections == [runbook.path.stem, "How to see it", "What to do"], "people look for the same places"
    meaning = runbook.text.split("## ")[0].splitlines()[2:]
    assert "".join(meaning).strip(), "what it means comes first"


@every_runbook
def test_a_runbook_has_queries_and_commands(runbook: Runbook) -> None:
    assert runbook.queries, "the alert tells a number, the query where it comes from"
    assert runbook.commands, "what the cluster says is seen by a command"
    strange = [line for line in runbook.commands if not line.startswith(TOOLS)]
    assert not strange, "commands are of tools that are there"


@every_runbook
def test_a_runbook_names_no_command_that_istio_has_removed(runbook: Runbook) -> None:
    assert not [verb for verb in REMOVED if verb in runbook.text], "a command that fails costs minutes"


@every_runbook
def test_the_links_of_a_runbook_lead_somewhere(runbook: Runbook) -> None:
    missing = [str(link) for link in runbook.links if not link.exists()]
    assert not missing, "one alert often leads to the next"


@every_runbook
def test_the_queries_of_a_runbook_are_on_metrics_that_there_are(runbook: Runbook) -> None:
    recorded = {one.record.replace("${window}", "5m") for one in record_templates()}
    objectives = {
        one.record.replace("${window}", window) for one in slo_records().rules for window in slo_records().windows
    }
    objectives |= {one.record for one in slo_records().base}
    known = {*telemetry_names(), *recorded, *objectives, *FURTHER_METRICS}
    asked = {word for query in runbook.queries for word in re.findall(r"[a-z_:]+[a-z0-9_:]*_[a-z0-9_:]+", query)}
    names = {
        word
        for word in asked
        if word.startswith(("istio", "pilot", "envoy", "citadel", "galley", "sidecar", "slo:", "service:"))
    }
    assert names <= known, "a query without an answer is taken for good news"


def test_the_guide_lists_each_alert_with_its_severity_and_time() -> None:
    guide = (ROOT / "docs/observability.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\(runbooks/(\w+)\.md\) \| (\w+) \| .* \| (.+) \|$", guide, re.MULTILINE)
    known = {
        (name, name, one.severity, "at once" if one.pending == "0s" else one.pending)
        for name, one in alert_templates().items()
    }
    assert set(rows) == known, "people choose by this table what to change"
