"""Gateways, routes, policies and settings of proxies that upstream ships as right or wrong, against the checks."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from components.kinds.catalog import Kind, kind_of
from components.kinds.loading import shape_of_kind
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.security.checks.authorization_policy import authorization_policy_problems
from components.security.checks.peer_authentication import peer_authentication_problems
from components.security.checks.request_authentication import request_authentication_problems
from components.settings.problems import Problem
from components.traffic.checks.envoy_filter import envoy_filter_problems
from components.traffic.checks.gateway import gateway_problems
from components.traffic.checks.gateway_api import gateway, grpc_route, http_route, l4_routes, reference_grant
from components.traffic.checks.proxy_config import proxy_config_problems
from components.traffic.checks.telemetry import telemetry_problems
from components.traffic.checks.wasm_plugin import wasm_plugin_problems
from tests.support.stacks import ROOT

pytestmark = pytest.mark.lab

GATEWAY_API = "gateway.networking.k8s.io"
CHECKS: Mapping[tuple[str, str], Callable[[Resource], Iterator[Problem]]] = {
    ("networking.istio.io", "Gateway"): gateway_problems,
    ("networking.istio.io", "EnvoyFilter"): envoy_filter_problems,
    ("security.istio.io", "PeerAuthentication"): peer_authentication_problems,
    ("security.istio.io", "RequestAuthentication"): request_authentication_problems,
    ("security.istio.io", "AuthorizationPolicy"): authorization_policy_problems,
    ("networking.istio.io", "ProxyConfig"): proxy_config_problems,
    ("telemetry.istio.io", "Telemetry"): telemetry_problems,
    ("extensions.istio.io", "WasmPlugin"): wasm_plugin_problems,
    (GATEWAY_API, "Gateway"): gateway.gateway_problems,
    (GATEWAY_API, "HTTPRoute"): http_route.http_route_problems,
    (GATEWAY_API, "GRPCRoute"): grpc_route.grpc_route_problems,
    (GATEWAY_API, "TLSRoute"): l4_routes.tls_route_problems,
    (GATEWAY_API, "TCPRoute"): l4_routes.tcp_route_problems,
    (GATEWAY_API, "ReferenceGrant"): reference_grant.reference_grant_problems,
}

RIGHT = (
    ("istio.io/istio", "samples", "**/*.yaml"),
    ("istio.io/istio", "pkg/config/validation/testdata/crds", "*-valid.yaml"),
    ("istio.io/istio", "pilot/pkg/config/kube/gateway/testdata", "*.yaml"),
    ("sigs.k8s.io/gateway-api", "examples", "**/*.yaml"),
)
WRONG = (
    ("istio.io/istio", "pkg/config/validation/testdata/crds", "*-invalid.yaml"),
    ("sigs.k8s.io/gateway-api", "hack/invalid-examples", "**/*.yaml"),
)
NOT_RIGHT = ("invalid.yaml", "route-binding.yaml", "httproute-gamma.yaml", "httproute-referencegrant.yaml")
"""Among the right ones: what Istio reports as wrong in a status, and backends that it refuses without a port."""


def module(name: str) -> Path:
    """The folder of a Go module that the lab pins, as far as it is on this machine."""
    listed = subprocess.run(
        ["go", "list", "-m", "-f", "{{.Dir}}", name],
        cwd=ROOT / "lab/go/mesh",
        env=os.environ | {"GOPROXY": "off", "GOFLAGS": "-mod=readonly"},
        capture_output=True,
        text=True,
        check=False,
    )
    if not listed.stdout.strip():
        pytest.skip(f"the module {name} is not in Go's cache; `make kinds` gets it")
    return Path(listed.stdout.strip())


def objects(source: tuple[str, str, str]) -> list[tuple[str, Kind, dict[str, Any]]]:
    """File, kind and content of each object below a source that has one of the kinds checked here."""
    name, folder, pattern = source
    found: list[tuple[str, Kind, dict[str, Any]]] = []
    for path in sorted((module(name) / folder).glob(pattern)):
        try:
            documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        except yaml.YAMLError:
            continue  # A template, or a plain '=', which YAML 1.1 takes for something else.
        for one in (Node(document, ()) for document in documents):
            kind = kind_of(one.at("apiVersion").text or "", one.at("kind").text or "")
            if kind and kind.key in CHECKS:
                found.append((path.name, kind, cast("dict[str, Any]", one.value)))
    assert found, "otherwise nothing is looked at"
    return found


def problems(kind: Kind, value: dict[str, Any]) -> list[str]:
    """What the check of its kind says about an object."""
    resource = Resource(kind, Node(value, ("resources", 0)))
    return [problem.line("upstream") for problem in CHECKS[kind.key](resource)]


@pytest.mark.parametrize("source", RIGHT, ids=lambda source: source[1])
def test_what_upstream_ships_as_right_is_refused_by_rules_of_this_project_only(source: tuple[str, str, str]) -> None:
    alarms = [
        f"{name}: {line}"
        for name, kind, one in objects(source)
        if name not in NOT_RIGHT
        for line in problems(kind, one)
        if "a rule of this project" not in line
    ]
    assert alarms == [], "a spec from the documentation can be pasted in"


@pytest.mark.parametrize("source", WRONG, ids=lambda source: source[1])
def test_what_upstream_ships_as_wrong_is_refused_by_shape_or_meaning(source: tuple[str, str, str]) -> None:
    passed = [
        f"{name}: {one['metadata']['name']}"
        for name, kind, one in objects(source)
        if not list(shape_problems(Node(one.get("spec"), ("resources", 0, "spec")), shape_of_kind(kind)))
        and all("a rule of this project" in line for line in problems(kind, one))
    ]
    assert passed == [], "a mistake shows at preview, and not when the API server refuses it"
