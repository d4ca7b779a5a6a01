"""Gateways, routes of the Gateway API and settings of proxies that are refused, each with the full message."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from components.kinds.catalog import kind_of
from components.kinds.loading import shape_of_kind
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.settings.problems import Problem
from components.traffic.checks.envoy_filter import envoy_filter_problems
from components.traffic.checks.gateway import gateway_problems
from components.traffic.checks.gateway_api import gateway, grpc_route, http_route, l4_routes, reference_grant
from components.traffic.checks.proxy_config import proxy_config_problems
from components.traffic.checks.telemetry import telemetry_problems
from components.traffic.checks.traffic_extension import traffic_extension_problems
from components.traffic.checks.wasm_plugin import wasm_plugin_problems
from tests.support.documents import document
from tests.support.odd_values import with_odd_values
from tests.traffic.checks.rows import spec_with

CHECKS: Mapping[str, Callable[[Resource], Iterator[Problem]]] = {
    "gateway": gateway_problems,
    "envoy_filter": envoy_filter_problems,
    "proxy_config": proxy_config_problems,
    "telemetry": telemetry_problems,
    "wasm_plugin": wasm_plugin_problems,
    "traffic_extension": traffic_extension_problems,
    "gateway_api/gateway": gateway.gateway_problems,
    "gateway_api/http_route": http_route.http_route_problems,
    "gateway_api/grpc_route": grpc_route.grpc_route_problems,
    "gateway_api/tls_route": l4_routes.tls_route_problems,
    "gateway_api/tcp_route": l4_routes.tcp_route_problems,
    "gateway_api/reference_grant": reference_grant.reference_grant_problems,
}
"""By table: the check that it is for."""

TABLES: dict[str, dict[str, Any]] = {name: document(Path(__file__).parent / f"{name}.yaml") for name in CHECKS}
ROWS = [pytest.param(name, row, id=f"{name}: {row['name']}") for name in TABLES for row in TABLES[name]["rows"]]
CODE = re.compile(r" \[MESH-[0-9]{3}\]$")


def resource_of(value: dict[str, Any], istio: str | None = None) -> Resource:
    """An object of the stack file, for a version of Istio."""
    kind = kind_of(value["apiVersion"], value["kind"])
    assert kind, "the catalogue has to know what is checked"
    return Resource(kind, Node(value, ("resources", 0)), istio)


def messages_for(name: str, value: dict[str, Any], istio: str | None = None) -> list[str]:
    """What a check says about an object, without the stack file and the code."""
    lines = [problem.line("Pulumi.test.yaml") for problem in CHECKS[name](resource_of(value, istio))]
    return [CODE.sub("", line).removeprefix("Pulumi.test.yaml: mesh.resources[0].") for line in lines]


def shape_messages_for(value: dict[str, Any]) -> list[str]:
    """What the shape of its kind says about an object."""
    resource = resource_of(value)
    found = shape_problems(resource.spec, shape_of_kind(resource.kind))
    return [problem.line("Pulumi.test.yaml") for problem in found]


@pytest.mark.parametrize("name", TABLES)
def test_what_the_rows_change_passes_as_it_is(name: str) -> None:
    base = TABLES[name]["base"]
    assert [*shape_messages_for(base), *messages_for(name, base)] == [], "a false alarm stops a deployment for nothing"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_refused_object_is_told_by_path_value_rule_and_fix(name: str, row: dict[str, Any]) -> None:
    changed = spec_with(TABLES[name]["base"], row["set"])
    assert messages_for(name, changed, row.get("istio")) == row["expect"], "the message is what the user has to go on"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_check_of_meaning_says_what_the_shape_does_not_see(name: str, row: dict[str, Any]) -> None:
    changed = spec_with(TABLES[name]["base"], row["set"])
    assert shape_messages_for(changed) == [], "meaning is checked where the shape is right, so this would never be told"


@pytest.mark.parametrize(("name", "most"), [("gateway_api/http_route", 127), ("gateway_api/grpc_route", 128)])
def test_matches_are_counted_over_all_rules_of_a_route(name: str, most: int) -> None:
    backends = [{"name": "cart", "port": 80}]

    def messages(count: int) -> list[str]:
        matches: list[dict[str, Any]] = [{}] * count
        rules = [{"matches": matches, "backendRefs": backends}, {"backendRefs": backends}]
        return messages_for(name, spec_with(TABLES[name]["base"], {"spec.rules": rules}))

    assert messages(most) == [], "a rule of an HTTPRoute without matches has one by default, one of a GRPCRoute none"
    assert messages(129) == [
        f"spec.rules: {129 + 128 - most} matches in all rules together, and at most 128 are accepted. Split the route."
    ], "the CRD refuses more"


def test_a_place_next_to_a_filter_of_somebody_else_is_fine_with_a_priority() -> None:
    inner = "spec.configPatches.0.match.listener.filterChain.filter.subFilter.name"
    changed = spec_with(TABLES["envoy_filter"]["base"], {inner: "acme.audit", "spec.priority": 10})
    assert messages_for("envoy_filter", changed) == [], "then the order is not left to the age of the EnvoyFilters"


def test_rules_of_istio_do_not_hold_for_a_gateway_of_another_program() -> None:
    changes = {"spec.gatewayClassName": "other", "spec.listeners.3.protocol": "UDP"}
    changed = spec_with(TABLES["gateway_api/gateway"]["base"], changes)
    assert messages_for("gateway_api/gateway", changed) == [], "what another program serves is not known here"


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_name_of_its_own(name: str) -> None:
    names = [row["name"] for row in TABLES[name]["rows"]]
    assert len(names) == len(set(names)), "a repeated name hides which row failed"


@pytest.mark.parametrize("name", TABLES)
def test_no_odd_value_makes_a_check_fail_instead_of_refusing(name: str) -> None:
    base = TABLES[name]["base"]
    for spec in with_odd_values(base["spec"]):
        messages = messages_for(name, {**base, "spec": spec})
        assert all(line.startswith("spec") for line in messages), "a message has to lead to a place of the spec"
