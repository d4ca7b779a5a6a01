"""Rules as they are deployed."""

from typing import Any

import pytest

from components.observability.alerts.specs import prometheus_rules
from components.observability.operator import OperatorHome, operator_home
from tests.observability.alerts.stack import settings_with

RATIO = "service:istio_request_errors:ratio_rate"

STRICT = {"mtls.mode": "STRICT"}


def peer_authentication(spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": "own", "namespace": "bookinfo"}
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": metadata,
        "spec": spec,
    }


def rules_with(changes: dict[str, Any], role: str = "alerts") -> list[dict[str, Any]]:
    settings = settings_with(changes)
    home = operator_home(settings) or OperatorHome(namespace="monitoring")
    manifests = prometheus_rules(settings, home)
    groups: list[dict[str, Any]] = manifests[role]["spec"]["groups"] if role in manifests else []
    return [rule for group in groups for rule in group["rules"]]


def alert(changes: dict[str, Any], name: str) -> dict[str, Any]:
    return next(rule for rule in rules_with(changes) if rule["alert"] == name)


def names(changes: dict[str, Any]) -> set[str]:
    return {rule["alert"] for rule in rules_with(changes)}


def test_numbers_of_the_stack_take_the_place_of_the_defaults() -> None:
    own = {"for": "10s", "severity": "warning", "window": "1m", "thresholds": {"errorPercent": 2.5}}
    rule = alert({"alerts.rules.HighErrorRate": own}, "HighErrorRate")
    assert rule["for"] == "10s", "a test cannot wait for five minutes"
    assert rule["labels"]["severity"] == "warning", "what wakes people is for them to say"
    assert rule["expr"] == f"{RATIO}1m > 2.5 / 100\nand service:istio_requests:rate1m > 0.1", (
        "the rest keeps its default"
    )
    assert "more than 2.5 %" in rule["annotations"]["description"], "people read the number that holds"


def test_a_window_of_an_alert_is_recorded_beside_the_usual_one() -> None:
    recorded = {rule["record"] for rule in rules_with({"alerts.rules.HighErrorRate": {"window": "1m"}}, "recordings")}
    assert {f"{RATIO}1m", f"{RATIO}5m", "service:istio_request_errors:rate1m"} <= recorded, "it stands on these"
    assert "service:istio_request_duration_milliseconds:p99_1m" not in recorded, (
        "what nobody asks for costs all the same"
    )


def test_recordings_come_after_those_that_they_stand_on() -> None:
    rules = rules_with({}, "recordings")
    order = [rule["record"] for rule in rules]
    late = [
        (rule["record"], other)
        for position, rule in enumerate(rules)
        for other in order[position + 1 :]
        if f"{other} " in f"{rule['expr']} " and not rule["record"].startswith("slo:")
    ]
    assert not late, "rules of a group are evaluated in order, and a later one is a step old"


def test_switched_off_as_a_whole_the_recordings_of_dashboards_stay() -> None:
    assert rules_with({"alerts.enabled": False}) == [], "no alert is left"
    assert rules_with({"alerts.enabled": False}, "recordings"), "dashboards stand on these"


def test_one_alert_can_be_switched_off() -> None:
    assert "HighLatency" not in names({"alerts.rules.HighLatency": {"enabled": False}}), "a stack has its reasons"


def test_each_gateway_has_rules_of_its_own() -> None:
    gateway = {"namespace": "istio-ingress", "servers": [{"port": 3306, "protocol": "TCP", "hosts": ["*"]}]}
    rules = rules_with({"gateways.databases": gateway})
    found = {(rule["alert"], rule["labels"].get("gateway")) for rule in rules if "gateway" in rule["labels"]}
    assert found == {
        ("GatewayDown", "ingressgateway"),
        ("GatewayDown", "databases"),
        ("GatewayNoTraffic", "ingressgateway"),
        ("GatewayNoEndpoints", "ingressgateway"),
    }, "absence is seen only of what is named, and a gateway for TCP sees no requests"


def test_the_traffic_before_a_silence_is_that_before_it_began() -> None:
    own = {"for": "2h", "window": "2h"}
    assert "[1h] offset 14400s" in alert({"alerts.rules.GatewayNoTraffic": own}, "GatewayNoTraffic")["expr"], (
        "after two hours of silence and two of waiting, an hour that is less long ago had no traffic either"
    )


def test_without_a_word_there_is_no_alert_on_what_is_not_there() -> None:
    found = names({})
    optional = {"CniNotReady", "ZtunnelNotReady", "PlaintextTraffic", "CircuitBreakerOpen", "OutlierEjected"}
    assert not found & optional, "they would never fire, fire always, or cost much"
    cni = {"istio.extraValues": {"istiod": {"cni": {"enabled": True}}}}
    assert "CniNotReady" in names(cni), "the stack says that Istio's CNI plugin is there"


@pytest.mark.parametrize(
    ("changes", "matcher"),
    [
        (STRICT, 'destination_workload_namespace!=""'),
        (
            {**STRICT, "mtls.namespaces": {"bookinfo": {"mode": "PERMISSIVE"}}},
            'destination_workload_namespace!~"bookinfo"',
        ),
        (
            {
                **STRICT,
                "mtls.namespaces": {
                    "bookinfo": {
                        "workloads": {"old": {"selector": {"matchLabels": {"app": "a"}}, "ports": {"80": "DISABLE"}}}
                    }
                },
            },
            'destination_workload_namespace!~"bookinfo"',
        ),
        ({"mtls.namespaces": {"bookinfo": {"mode": "STRICT"}}}, 'destination_workload_namespace=~"bookinfo"'),
        (
            {**STRICT, "resources": [peer_authentication({"mtls": {"mode": "PERMISSIVE"}})]},
            'destination_workload_namespace!~"bookinfo"',
        ),
        (
            {
                **STRICT,
                "resources": [
                    peer_authentication(
                        {"selector": {"matchLabels": {"app": "reviews"}}, "portLevelMtls": {"80": {"mode": "DISABLE"}}}
                    )
                ],
            },
            'destination_workload_namespace!~"bookinfo"',
        ),
        (
            {**STRICT, "resources": [peer_authentication({"mtls": {"mode": "UNSET"}})]},
            'destination_workload_namespace!=""',
        ),
        (
            {"resources": [peer_authentication({"mtls": {"mode": "STRICT"}})]},
            'destination_workload_namespace=~"bookinfo"',
        ),
        (
            {
                "mtls.namespaces": {"bookinfo": {"mode": "STRICT"}, "istio-ingress": {"mode": "STRICT"}},
                "resources": [
                    peer_authentication(
                        {"selector": {"matchLabels": {"app": "reviews"}}, "mtls": {"mode": "PERMISSIVE"}},
                    )
                ],
            },
            'destination_workload_namespace=~"istio-ingress"',
        ),
    ],
    ids=[
        *("whole mesh", "but for a namespace", "but for a port", "one namespace"),
        *("but for a namespace's object", "but for an object's port", "whole mesh beside an object that says nothing"),
        *("one namespace by an object", "one of two namespaces, as an object excepts pods of the other"),
    ],
)
def test_plain_text_is_looked_for_where_the_stack_says_strict(changes: dict[str, Any], matcher: str) -> None:
    rule = alert(changes, "PlaintextTraffic")
    assert rule["expr"].count(f",{matcher}}}") == 3, "for requests, for connections, and for what comes through these"


def test_runbooks_are_found_below_the_address_of_the_stack() -> None:
    assert alert({}, "IstiodDown")["annotations"]["runbook_url"] == "docs/runbooks/IstiodDown.md", (
        "without an address the path within the repository says where to look"
    )
    found = alert({"alerts.runbookUrl": "https://wiki.example.com/mesh/"}, "IstiodDown")["annotations"]["runbook_url"]
    assert found == "https://wiki.example.com/mesh/IstiodDown.md", "whoever is woken clicks on it"


def test_an_objective_counts_the_services_of_all_versions() -> None:
    changes: dict[str, Any] = {"services.reviews.api": "gateway", "services.reviews.versions": {"v1": {}, "v2": {}}}
    changes["services.reviews.weights"] = {"v1": 50, "v2": 50}
    rule = next(rule for rule in rules_with(changes, "recordings") if rule["record"].startswith("slo:"))
    assert 'destination_service_name=~"reviews|reviews-v1|reviews-v2"' in rule["expr"], (
        "with the Gateway API each version is a Service, and requests count for that one"
    )


def test_an_objective_is_allowed_for_a_service_that_the_stack_does_not_describe() -> None:
    changes = {"alerts.slos": {"pages": {"service": "productpage", "namespace": "bookinfo", "objectivePercent": 99}}}
    rule = alert(changes, "SloBurnRateFast")
    assert rule["labels"] == {
        "severity": "critical",
        "slo": "pages",
        "destination_service_namespace": "bookinfo",
        "destination_service_name": "productpage",
    }, "Alertmanager puts it together with other alerts on the service"
    assert "0.01 * 2 / 100 * 720 / 1" in rule["expr"], "a budget of 1 %, of which 2 % in an hour of 30 days"


def test_rules_carry_the_labels_by_which_an_operator_takes_them() -> None:
    settings = settings_with({})
    home = operator_home(settings)
    assert home, "the stack names its operator"
    metadata = prometheus_rules(settings, home)["alerts"]["metadata"]
    assert metadata["namespace"] == "monitoring", "the operator's own namespace"
    assert metadata["labels"]["release"] == "prometheus", "without it kube-prometheus-stack passes them over"
