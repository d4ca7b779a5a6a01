"""What Prometheus collects from the mesh."""

import re
from typing import Any

from components.observability.monitors.specs import mesh_monitors
from components.observability.operator import OperatorHome
from tests.observability.alerts.stack import settings_with

HOME = OperatorHome(namespace="monitoring", labels={"release": "prometheus"})


def monitors(changes: dict[str, Any]) -> dict[str, Any]:
    return dict(mesh_monitors(settings_with(changes), HOME))


def endpoint(monitor: dict[str, Any]) -> dict[str, Any]:
    (one,) = monitor["spec"]["podMetricsEndpoints"]
    return one


def relabeled(labels: dict[str, str], rules: list[dict[str, Any]]) -> dict[str, str]:
    """What Prometheus makes of a target's labels (prometheus.io/docs, relabel_config, action replace)."""
    labels = dict(labels)
    for rule in rules:
        value = ";".join(labels.get(one, "") for one in rule.get("sourceLabels", ()))
        found = re.fullmatch(rule.get("regex", "(.*)"), value)
        if found:
            labels[rule["targetLabel"]] = found.expand(rule.get("replacement", "$1").replace("$1", r"\1"))
    return labels


def test_istiod_sidecars_and_gateways_are_collected_each_under_its_own_name() -> None:
    found = monitors({})
    assert set(found) == {"istiod", "sidecars", "gateways"}, "what is not there is not waited for"
    jobs = {role: relabeled({}, endpoint(found[role])["relabelings"])["job"] for role in ("sidecars", "gateways")}
    assert jobs == {"sidecars": "istio-sidecars", "gateways": "istio-gateways"}, "alerts tell them apart by it"


def test_every_pod_is_collected_once() -> None:
    found = monitors({})
    (_, within), (_, without) = (
        found[role]["spec"]["selector"]["matchExpressions"] for role in ("gateways", "sidecars")
    )
    assert within == {"key": "istio", "operator": "In", "values": ["ingressgateway"]}, "by the chart's own label"
    assert without == within | {"operator": "NotIn"}, "twice collected is twice counted"


def test_a_pod_is_asked_at_the_port_of_the_agent() -> None:
    rules = endpoint(monitors({})["sidecars"])["relabelings"]
    four = {"__meta_kubernetes_pod_ip": "10.1.2.3", "__address__": "10.1.2.3:15090"}
    six = {"__meta_kubernetes_pod_ip": "fd00::1", "__address__": "[fd00::1]:15090"}
    assert relabeled(four, rules)["__address__"] == "10.1.2.3:15020", "Envoy's own port has no certificates' ends"
    assert relabeled(six, rules)["__address__"] == "[fd00::1]:15020", "an address of IPv6 has brackets"


def test_another_port_of_the_agent_is_followed() -> None:
    rules = endpoint(monitors({"meshConfig": {"defaultConfig": {"statusPort": 15999}}})["sidecars"])["relabelings"]
    found = relabeled({"__meta_kubernetes_pod_ip": "10.1.2.3"}, rules)
    assert found["__address__"] == "10.1.2.3:15999", "nothing answers at the usual one"


def test_a_gateway_is_named_as_in_the_stack() -> None:
    rules = endpoint(monitors({})["gateways"])["relabelings"]
    labels = {"__meta_kubernetes_pod_label_app": "ingressgateway", "__meta_kubernetes_pod_ip": "10.1.2.3"}
    assert relabeled(labels, rules)["gateway"] == "ingressgateway", "GatewayDown looks for this label"


def test_what_the_stack_does_not_keep_is_dropped_from_proxies_only() -> None:
    found = monitors({"alerts.monitors.drop": ["istio_request_bytes_bucket", "istio_response_bytes_.*"]})
    rules = endpoint(found["sidecars"])["metricRelabelings"]
    assert rules == [
        {
            "sourceLabels": ["__name__"],
            "regex": "istio_request_bytes_bucket|istio_response_bytes_.*",
            "action": "drop",
        }
    ], "sizes by bucket are most of what proxies export"
    assert "metricRelabelings" not in found["istiod"]["spec"]["endpoints"][0], "istiod has few, and alerts on most"


def test_components_of_nodes_are_collected_because_of_their_alerts() -> None:
    rules = {"ZtunnelNotReady": {"enabled": True}, "CniNotReady": {"enabled": True}}
    found = monitors({"alerts.rules": rules})
    assert {"ztunnel", "cni"} <= set(found), "an alert without its metric never fires"


def test_monitors_carry_the_labels_by_which_an_operator_takes_them() -> None:
    wrong = [one for one in monitors({}).values() if one["metadata"]["labels"].get("release") != "prometheus"]
    assert not wrong, "kube-prometheus-stack passes others over"
