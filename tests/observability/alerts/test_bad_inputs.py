"""Wrong alerts and receivers, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.observability.alerts.stack import STACK, settings_with, stack_with
from tests.support.documents import document
from tests.support.stacks import PRODUCTION, refusals_of, settings_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))

_OFF = {"match": {"metric": "REQUEST_SIZE"}, "disabled": True}


def messages_for(changes: dict[str, Any]) -> list[str]:
    """What is said about the stack with a value at each of the dotted paths."""
    return refusals_of(stack_with(changes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_alert_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    found = messages_for(case["set"])
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert found == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


def test_the_stack_that_the_cases_change_is_right() -> None:
    assert set(settings_of(STACK).alerts.receivers) == set(STACK["alerts"]["receivers"]), (
        "a case would say what it is not about"
    )


RIGHT: dict[str, dict[str, Any]] = {
    "one namespace without a metric that no alert needs": {
        "telemetry": {"namespaces": {"bookinfo": {"metrics": [{"overrides": [_OFF]}]}}}
    },
    "another provider beside that of Istio": {
        "telemetry": {"metrics": [{"providers": [{"name": "stackdriver"}, {"name": "prometheus"}]}]}
    },
    "a provider of one's own of the kind prometheus": {
        "meshConfig": {
            "extensionProviders": [{"name": "fewer", "prometheus": {}}],
            "defaultProviders": {"metrics": ["fewer"]},
        }
    },
    "defaults that a Telemetry of the mesh completes": {
        "meshConfig": {"defaultProviders": {"accessLogging": ["envoy"]}},
        "telemetry": {"metrics": [{"providers": [{"name": "prometheus"}]}]},
    },
    "the chart's switch beside defaults of one's own": {
        "meshConfig": {"defaultProviders": {"metrics": ["prometheus"]}},
        "istio.extraValues": {"istiod": {"telemetry": {"enabled": False}}},
    },
    "a custom metric that is switched off": {
        "telemetry": {"metrics": [{"overrides": [{"match": {"customMetric": "my_total"}, "disabled": True}]}]}
    },
}


@pytest.mark.parametrize("changes", RIGHT.values(), ids=RIGHT)
def test_metrics_may_be_chosen_while_alerts_have_what_they_need(changes: dict[str, Any]) -> None:
    assert settings_with(changes).alerts.operator, "what takes nothing from an alert is the user's own business"


PAGED = PRODUCTION | {
    "alerts": {"operator": {"namespace": "monitoring"}, "receivers": STACK["alerts"]["receivers"]},
    "networkPolicies": {"monitoring": {"namespace": "monitoring"}},
}


def test_production_tells_nobody_without_the_address_of_a_runbook() -> None:
    assert refusals_of(PAGED) == [
        "Pulumi.test.yaml: mesh.alerts.runbookUrl: required in production with receivers: without it they get the path "
        "docs/runbooks/ALERT.md of this repository, which nobody can open from a notification. Give the address at "
        "which you publish that folder, for example `https://git.example.com/mesh/docs/runbooks`. [MESH-301]"
    ], "whoever is woken wants to know what to do"


@pytest.mark.parametrize("alerts", [{"runbookUrl": "https://wiki.example.com/mesh"}, {"enabled": False}])
def test_production_takes_receivers_with_runbooks_or_without_alerts(alerts: dict[str, Any]) -> None:
    assert settings_of(PAGED | {"alerts": PAGED["alerts"] | alerts}).alerts.receivers, (
        "there is nothing to open, or all"
    )


def test_without_an_operator_nobody_needs_the_metrics() -> None:
    mesh = {key: value for key, value in STACK.items() if key != "alerts"}
    mesh |= {"meshConfig": {"defaultProviders": {"accessLogging": ["envoy"]}}}
    assert settings_of(mesh).mesh_config.default_providers, "no rule stands on them"


_INSTALLED: dict[str, Any] = {"alerts.operator": None}
IN_TIME: dict[str, dict[str, Any]] = {
    "metrics every 75 seconds": {"alerts.monitors.interval": "75s"},
    "a window of four samples": {"alerts.monitors.interval": "30s", "alerts.rules.HighErrorRate": {"window": "2m"}},
    "objectives whose longest window is kept": {
        **_INSTALLED,
        "addons": {"prometheus": {"kind": "installed", "retention": "3d"}},
    },
    "objectives without the alert on the days before": {
        **_INSTALLED,
        "addons": {"prometheus": {"kind": "installed"}},
        "alerts.rules.SloBurnRateSlow": {"enabled": False},
    },
    "hours of metrics and no objective": {
        **_INSTALLED,
        "addons": {"prometheus": {"kind": "installed"}},
        "alerts.slos": {},
    },
}


@pytest.mark.parametrize("changes", IN_TIME.values(), ids=IN_TIME)
def test_metrics_may_be_as_rare_and_as_short_lived_as_alerts_can_bear(changes: dict[str, Any]) -> None:
    assert settings_with(changes).alerts.monitors.interval, "what alerts can work with is not refused"
