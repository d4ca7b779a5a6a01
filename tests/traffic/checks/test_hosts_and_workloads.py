"""DestinationRule, ServiceEntry, WorkloadEntry, WorkloadGroup and Sidecar: what is refused, and what is not."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from components.kinds.catalog import kind_of
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.traffic.checks.destination_rule import destination_rule_problems
from components.traffic.checks.service_entry import service_entry_problems
from components.traffic.checks.sidecar import sidecar_problems
from components.traffic.checks.workload_entry import workload_entry_problems
from components.traffic.checks.workload_group import workload_group_problems
from tests.support.odd_values import ODD, with_odd_values
from tests.traffic.checks.rows import rows_of, spec_with

CHECKS: dict[str, Callable[[Resource], Iterator[Problem]]] = {
    "DestinationRule": destination_rule_problems,
    "ServiceEntry": service_entry_problems,
    "WorkloadEntry": workload_entry_problems,
    "WorkloadGroup": workload_group_problems,
    "Sidecar": sidecar_problems,
}
BASES: dict[str, dict[str, Any]] = {
    "DestinationRule": {
        "host": "reviews.shop.svc.cluster.local",
        "trafficPolicy": {
            "connectionPool": {
                "tcp": {"maxConnections": 100, "connectTimeout": "30ms", "idleTimeout": "0s"},
                "http": {"http2MaxRequests": 1000},
            },
            "loadBalancer": {"simple": "LEAST_REQUEST", "warmup": {"duration": "60s"}},
            "outlierDetection": {"consecutive5xxErrors": 7, "interval": "5m", "maxEjectionPercent": 50},
            "tls": {"mode": "ISTIO_MUTUAL"},
        },
        "subsets": [
            {"name": "v1", "labels": {"version": "v1"}},
            {"name": "v2", "labels": {"version": "v2"}, "trafficPolicy": {"loadBalancer": {"simple": "ROUND_ROBIN"}}},
        ],
        "exportTo": ["."],
    },
    "ServiceEntry": {
        "hosts": ["api.example.com"],
        "location": "MESH_EXTERNAL",
        "resolution": "DNS",
        "ports": [{"number": 443, "name": "tls", "protocol": "TLS"}],
        "exportTo": ["."],
    },
    "WorkloadEntry": {"address": "192.0.2.10", "labels": {"app": "db"}, "ports": {"http": 8080}},
    "WorkloadGroup": {
        "metadata": {"labels": {"app": "db"}},
        "template": {"serviceAccount": "db", "ports": {"http": 8080}},
        "probe": {"periodSeconds": 5, "httpGet": {"port": 8080, "httpHeaders": [{"name": "x-probe", "value": "1"}]}},
    },
    "Sidecar": {
        "workloadSelector": {"labels": {"app": "web"}},
        "ingress": [
            {"port": {"number": 9080, "protocol": "HTTP", "name": "http"}, "defaultEndpoint": "127.0.0.1:8080"}
        ],
        "egress": [
            {"port": {"number": 9090, "protocol": "HTTP", "name": "egress"}, "hosts": ["other/*"]},
            {"hosts": ["./*", "istio-system/*"]},
        ],
    },
}
TABLES = {
    "DestinationRule": ("destination_rule.yaml", "load_balancer.yaml", "client_tls.yaml"),
    "ServiceEntry": ("service_entry.yaml",),
    "WorkloadEntry": ("workload_entry.yaml",),
    "WorkloadGroup": ("workload_group.yaml",),
    "Sidecar": ("sidecar.yaml",),
}
ROWS = [(kind, row) for kind, tables in TABLES.items() for table in tables for row in rows_of(table)]
PREFIX = "Pulumi.test.yaml: mesh.resources[0]."
CODE = re.compile(r" \[MESH-[0-9]{3}\]$")

every_row = pytest.mark.parametrize(("kind", "row"), ROWS, ids=[f"{kind}: {row['name']}" for kind, row in ROWS])


def messages_for(kind: str, spec: object, labels: object = None) -> list[str]:
    """What is said about a resource of the namespace `shop`, without the stack file and the code."""
    found = kind_of("networking.istio.io/v1", kind)
    assert found, f"the catalogue has to know {kind}"
    metadata = {"name": "one", "namespace": "shop", "labels": labels}
    resource = Resource(found, Node({"metadata": metadata, "spec": spec}, ("resources", 0)))
    lines = [problem.line("Pulumi.test.yaml") for problem in CHECKS[kind](resource)]
    return [CODE.sub("", line).removeprefix(PREFIX) for line in lines]


@every_row
def test_a_refused_resource_is_told_by_path_value_rule_and_fix(kind: str, row: Mapping[str, Any]) -> None:
    found = messages_for(kind, spec_with(BASES[kind], row["set"]), row.get("labels"))
    assert found == row["expect"], "the message is what the user has to go on"


@every_row
def test_what_differs_little_from_a_refused_resource_passes(kind: str, row: Mapping[str, Any]) -> None:
    found = messages_for(kind, spec_with(BASES[kind], row["twin"]), row.get("labels"))
    assert found == [], "a false alarm stops a deployment for nothing"


@pytest.mark.parametrize("kind", CHECKS)
def test_what_the_rows_change_is_fine_by_itself(kind: str) -> None:
    assert messages_for(kind, BASES[kind]) == [], "else a row would tell about more than its change"


def test_every_row_has_a_name_of_its_own() -> None:
    names = [(kind, row["name"]) for kind, row in ROWS]
    assert len(names) == len(set(names)), "a repeated name hides which row failed"


@pytest.mark.parametrize("kind", CHECKS)
def test_an_odd_value_never_makes_a_check_fail_instead_of_refusing(kind: str) -> None:
    for spec in (*ODD, *with_odd_values(BASES[kind])):
        found = messages_for(kind, spec)
        assert all(line.startswith("spec") for line in found), "a message has to lead to a place of the spec"


@every_row
def test_an_odd_value_where_a_row_has_a_wrong_one_is_no_failure_either(kind: str, row: Mapping[str, Any]) -> None:
    wrong = spec_with(BASES[kind], row["set"])
    for path, value in row["set"].items():
        for odd in (*ODD, *with_odd_values(value)) if value is not None else ():
            found = messages_for(kind, spec_with(wrong, {path: odd}))
            assert all(line.startswith("spec") for line in found), "a message has to lead to a place of the spec"
