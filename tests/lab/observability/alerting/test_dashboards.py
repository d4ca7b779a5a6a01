"""The dashboards' queries, asked of a Prometheus that collects from a mesh with traffic."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pytest

from components.observability.dashboards.specs import DASHBOARDS
from tests.lab.observability.alerting.asking import Prometheus
from tests.lab.traffic.asking import Visitor, eventually
from tests.support.dashboards import Query, queries

pytestmark = pytest.mark.lab

# Metrics that a Prometheus of the lab does not have, as prefixes of their names, and why.
ABSENT = {
    "istio_tcp_": "the lab makes Istio's metrics of HTTP requests only",
    "istio_agent_": "pilot-agent's own server would listen on every address, so that the lab keeps it closed",
    "slo:": "the stack of this test has no objective",
    "prometheus_": "nothing scrapes Prometheus itself here",
    "galley_validation_failed": "istiod shows it from the first refused object on",
    "pilot_total_xds_rejects": "istiod shows it from the first rejection on",
    "pilot_total_xds_internal_errors": "istiod shows it from the first error on",
    "pilot_xds_write_timeout": "istiod shows it from the first timeout on",
    "pilot_conflict_": "istiod shows it from the first conflict on",
    "pilot_duplicate_envoy_clusters": "istiod shows it from the first duplicate on",
    "pilot_vservice_dup_domain": "istiod shows it from the first duplicate on",
    "sidecar_injection_failure_total": "istiod shows it from the first failure on",
    "citadel_server_csr_": "istiod shows it from the first failure on",
}
OF_DASHBOARD = {name: [query for query in queries() if query.dashboard == name] for name in DASHBOARDS}


def nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Every node of an expression, as Prometheus parses it."""
    if isinstance(tree, Mapping):
        node = cast("Mapping[str, Any]", tree)
        if "type" in node:
            yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in cast("Sequence[Any]", tree):
            yield from nodes(value)


def selectors(prometheus: Prometheus, expression: str) -> dict[str, str]:
    """The selectors of an expression, each with the name of its metric."""
    tree = prometheus.get("/parse_query", query=expression)
    found = [node for node in nodes(tree) if node["type"] in {"vectorSelector", "matrixSelector"} and node.get("name")]
    return {_shown(one["matchers"]): one["name"] for one in found}


def _shown(matchers: Sequence[Mapping[str, str]]) -> str:
    inside = ",".join(f'{one["name"]}{one["type"]}"{one["value"]}"' for one in matchers)
    return "{" + inside + "}"


def filters(prometheus: Prometheus, expression: str) -> bool:
    """Whether an expression has no result where all is well: a comparison decides about its series."""
    tree = prometheus.get("/parse_query", query=expression)
    return tree["type"] == "binaryExpr" and tree["op"] in {">", "<", ">=", "<=", "==", "!="}


@pytest.fixture(scope="module")
def collected(prometheus: Prometheus, visitor: Visitor) -> Prometheus:
    """Prometheus, after requests of which some failed, once they are counted more than once."""
    for status in ("200", "503"):
        visitor.answers("orders.example.com", 8, headers={"x-lab-status": status})
    two = 'count_over_time(istio_requests_total{reporter="destination",response_code="503"}[1m]) > 1'
    eventually(lambda: bool(prometheus.query(two)), "a rate needs two samples")
    eventually(lambda: bool(prometheus.query("service:istio_requests:rate5m > 0")), "the rules have seen them")
    return prometheus


@pytest.mark.parametrize("dashboard", DASHBOARDS)
def test_every_query_of_a_dashboard_runs_and_the_ones_on_collected_metrics_return_data(
    collected: Prometheus, dashboard: str
) -> None:
    empty: list[Query] = []
    for query in OF_DASHBOARD[dashboard]:
        series = collected.query(query.expr)  # An error of Prometheus fails here.
        there = all(collected.query(one) for one in selectors(collected, query.expr))
        if there and not series and not filters(collected, query.expr):
            empty.append(query)
    assert not empty, "a panel would be empty though what it shows is collected"


@pytest.mark.parametrize("dashboard", DASHBOARDS)
def test_the_metrics_of_a_dashboard_are_collected(collected: Prometheus, dashboard: str) -> None:
    names = {name for query in OF_DASHBOARD[dashboard] for name in selectors(collected, query.expr).values()}
    expected = {name for name in names if not name.startswith(tuple(ABSENT))}
    missing = {name for name in expected - {"ALERTS"} if not collected.query(name)}
    assert not missing, "either it is misspelt, or nothing collects it"
