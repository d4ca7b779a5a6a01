"""What Prometheus loads is what the stack deployed."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from components.observability.prometheus_duration import prometheus_seconds
from tests.lab.observability.alerting.asking import Prometheus
from tests.lab.own_stack import OwnStack

pytestmark = pytest.mark.lab


def deployed_groups(stack: OwnStack) -> list[dict[str, Any]]:
    """The groups of every PrometheusRule of the cluster."""
    listed = stack.lab.kubectl("get", "prometheusrules", "--all-namespaces", "--output=json")
    assert listed.returncode == 0, listed.stderr
    return [group for one in json.loads(listed.stdout)["items"] for group in one["spec"]["groups"]]


def deployed_rule(prometheus: Prometheus, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of a PrometheusRule, in the words of Prometheus's API."""
    common = {
        "name": rule.get("alert") or rule["record"],
        "query": prometheus.formatted(rule["expr"]),
        "labels": rule.get("labels", {}),
    }
    if "record" in rule:
        return {"type": "recording", **common}
    return {
        "type": "alerting",
        **common,
        "duration": prometheus_seconds(rule.get("for", "0s")),
        "keepFiringFor": prometheus_seconds(rule.get("keep_firing_for", "0s")),
        "annotations": rule.get("annotations", {}),
    }


def loaded_rule(prometheus: Prometheus, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as Prometheus tells it, without its state."""
    kept = ("type", "name", "duration", "keepFiringFor", "annotations")
    told = {key: rule[key] for key in kept if key in rule}
    return {**told, "query": prometheus.formatted(rule["query"]), "labels": rule.get("labels", {})}


def test_prometheus_loads_exactly_the_rules_that_the_stack_deployed(stack: OwnStack, prometheus: Prometheus) -> None:
    loaded = {
        group["name"]: [loaded_rule(prometheus, rule) for rule in group["rules"]]
        for group in prometheus.get("/rules")["groups"]
    }
    deployed = {
        group["name"]: [deployed_rule(prometheus, rule) for rule in group["rules"]] for group in deployed_groups(stack)
    }
    assert loaded == deployed, "an alert that is changed on the way is another one than was tested"


def test_every_rule_can_be_evaluated_on_what_is_collected(prometheus: Prometheus) -> None:
    rules = [rule for group in prometheus.get("/rules")["groups"] for rule in group["rules"]]
    failed = {rule["name"]: rule["lastError"] for rule in rules if rule["health"] != "ok"}
    assert not failed, "a rule that fails never fires"
