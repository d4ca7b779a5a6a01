"""What Prometheus collects of istiod and of Envoys, by the stack's own monitors."""

from collections import Counter
from collections.abc import Mapping

import pytest

from lab.proxy import Proxy
from tests.lab.observability.alerting.asking import Prometheus
from tests.lab.traffic.asking import Visitor, eventually

pytestmark = pytest.mark.lab

REQUESTS = 12
# What the alerts CircuitBreakerOpen and OutlierEjected stand on: Envoy has it, and exports it only when it is told to.
OF_ENVOY = (
    *(f"envoy_cluster_circuit_breakers_default_{limit}_open" for limit in ("cx", "rq", "rq_pending")),
    "envoy_cluster_outlier_detection_ejections_active",
)


def up(prometheus: Prometheus) -> Counter[str]:
    """How many targets answer, by job."""
    return Counter(one["labels"]["job"] for one in prometheus.targets() if one["health"] == "up")


def test_istiod_and_the_envoys_that_run_are_scraped(prometheus: Prometheus, proxies: Mapping[str, Proxy]) -> None:
    wanted = {"istiod": 1, "istio-gateways": 1, "istio-sidecars": len(proxies) - 1}
    eventually(lambda: up(prometheus) == wanted, "the monitors lead to every process that plays a pod")


def test_the_metrics_of_istiod_and_of_envoy_itself_are_there(prometheus: Prometheus) -> None:
    for metric, jobs in (
        ("pilot_proxy_convergence_time_count", {"istiod"}),
        ("envoy_server_uptime", {"istio-gateways", "istio-sidecars"}),
    ):
        eventually(
            lambda metric=metric, jobs=jobs: {one["metric"]["job"] for one in prometheus.query(metric)} == jobs,
            f"{metric} is collected",
        )


@pytest.mark.usefixtures("proxies")
@pytest.mark.parametrize("metric", OF_ENVOY)
def test_envoy_exports_by_cluster_what_an_alert_of_the_stack_needs(prometheus: Prometheus, metric: str) -> None:
    cluster = 'cluster_name="outbound|8080||checkout.shop.svc.cluster.local"'
    eventually(lambda: bool(prometheus.query(f"{metric}{{{cluster}}}")), "without it the alert never fires")


def test_both_sides_report_each_request_once_with_who_asked_whom(prometheus: Prometheus, visitor: Visitor) -> None:
    answers = visitor.answers("orders.example.com", REQUESTS, "/counted", {"x-lab-status": "418"})
    assert {answer.status_code for answer in answers} == {418}

    between = 'source_workload="ingressgateway",destination_workload="orders-v1",response_code="418"'
    secured = {"source": "unknown", "destination": "mutual_tls"}
    for reporter, policy in secured.items():
        labels = (
            f'{between},reporter="{reporter}",connection_security_policy="{policy}",'
            'source_principal="spiffe://cluster.local/ns/istio-ingress/sa/ingressgateway",'
            'destination_principal="spiffe://cluster.local/ns/shop/sa/default",'
            'destination_service="orders.shop.svc.cluster.local",destination_service_namespace="shop"'
        )
        eventually(
            lambda labels=labels: prometheus.value(f"istio_requests_total{{{labels}}}") == REQUESTS,
            f"{reporter} reports {REQUESTS} requests",
        )
        count = prometheus.value(f'istio_request_duration_milliseconds_bucket{{{labels},le="+Inf"}}')
        assert count == REQUESTS, "the histogram has what the counter has"
