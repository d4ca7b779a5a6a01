"""Envoy sends spans as `telemetry` says: where to, with which tags, and of how many requests."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lab.proxy import Proxy, run_proxy
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.tracing.collector import Collector, Span
from tests.lab.traffic.asking import Visitor, bounds, eventually
from tests.lab.traffic.workloads import apply, of_services

pytestmark = pytest.mark.lab

HOST = "shop.example.com"
PATH = "/cart/with-a-long-name/and-more"
REQUESTS = 400


def mesh(collector: Collector) -> dict[str, Any]:
    """A shop behind a gateway, whose traces go to the collector of the test."""
    return {
        "profile": "demo",
        "istio": {"version": "1.30.3"},
        "namespaces": {"shop": {}},
        # The counters by which the test knows how many requests Envoy has decided to trace.
        "meshConfig": {"defaultConfig": {"proxyStatsMatcher": {"inclusionRegexps": [".*tracing.*"]}}},
        "gateways": {
            "ingressgateway": {
                "namespace": "istio-ingress",
                "service": {"type": "ClusterIP"},
                "servers": [{"port": 80, "protocol": "HTTP", "hosts": [HOST]}],
            }
        },
        "services": {
            "shop": {"namespace": "shop", "port": 8080, "exposure": [{"gateway": "ingressgateway", "hosts": [HOST]}]}
        },
        "externals": {
            "collector": {
                "namespace": "shop",
                "hosts": ["otel.example.com"],
                "ports": [
                    {"port": collector.http_port, "protocol": "HTTP"},
                    {"port": collector.grpc_port, "protocol": "GRPC"},
                ],
                "resolution": "STATIC",
                "endpoints": ["127.0.0.1"],
            }
        },
        "telemetry": {
            "providers": {
                "http": {
                    "opentelemetry": {
                        "service": "otel.example.com",
                        "port": collector.http_port,
                        "maxTagLength": 20,
                        "http": {"path": "/v1/traces"},
                    }
                },
                "grpc": {"opentelemetry": {"service": "otel.example.com", "port": collector.grpc_port}},
            },
            "tracing": {
                "providers": [{"name": "http"}],
                "customTags": {
                    "user.id": {"header": {"name": "x-user-id"}},
                    "tenant.id": {"header": {"name": "x-tenant-id", "defaultValue": "none"}},
                    "region": {"literal": {"value": "eu-west"}},
                    "pod.namespace": {"environment": {"name": "POD_NAMESPACE"}},
                },
            },
        },
    }


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """Somebody who takes spans."""
    with Collector() as running:
        yield running


@pytest.fixture(scope="module")
def stack(lab: Lab, collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack, deployed, with a pod behind its service."""
    own = OwnStack(lab, tmp_path_factory.mktemp("tracing"), "tracing", mesh(collector))
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        apply(lab, of_services(mesh(collector)))
        yield own
    finally:
        own.destroy()


@pytest.fixture(scope="module")
def gateway(stack: OwnStack) -> Proxy:
    """The data plane of the gateway."""
    return run_proxy(stack.lab.layout, stack.lab.programs, "istio-ingress/ingressgateway")


@pytest.fixture
def visitor(gateway: Proxy) -> Iterator[Visitor]:
    """Somebody who connects anew: Envoy serves a kept connection by the configuration that it began with."""
    with Visitor(gateway.listeners[80]) as somebody:
        yield somebody


def admin(gateway: Proxy, path: str) -> str:
    """A page of Envoy's own."""
    return httpx.get(f"http://127.0.0.1:{gateway.admin_port}{path}", trust_env=False, timeout=30).text


def tracing_of(gateway: Proxy) -> dict[str, Any]:
    """What Envoy was told about traces of its listener for port 80; empty when nothing."""
    dump = json.loads(admin(gateway, "/config_dump?resource=dynamic_listeners"))
    for listener in dump.get("configs", []):
        for chain in listener["active_state"]["listener"].get("filter_chains", []):
            for one in chain["filters"]:
                if found := one.get("typed_config", {}).get("tracing"):
                    return found
    return {}


def sampled(gateway: Proxy) -> Counter[str]:
    """How many requests Envoy has decided to trace, and how many not."""
    counts = Counter(random_sampling=0, not_traceable=0)
    for line in admin(gateway, "/stats?filter=tracing").splitlines():
        name, _, value = line.rpartition(": ")
        kind = name.rpartition(".")[2]
        # Of Envoy's own page, too, there are such counters.
        if kind in counts and not name.startswith("http.admin."):
            counts[kind] += int(value)
    return counts


def traced(gateway: Proxy, visitor: Visitor, collector: Collector, user: str) -> list[Span]:
    """The spans of many requests of `user`, once there are those of every request that Envoy has decided to trace."""
    before = sampled(gateway)
    visitor.answers(HOST, REQUESTS, PATH, {"x-user-id": user})
    eventually(lambda: sampled(gateway).total() - before.total() == REQUESTS, "Envoy has decided about every request")
    chosen = sampled(gateway)["random_sampling"] - before["random_sampling"]
    eventually(
        lambda: len(traces(collector.spans_with("user.id", user))) == chosen, f"the spans of {chosen} requests arrive"
    )
    return collector.spans_with("user.id", user)


def traces(spans: list[Span]) -> set[str]:
    """The ids of the traces that spans belong to; a gateway makes several spans of one request."""
    return {one.trace for one in spans}


def deploy(stack: OwnStack, changed: dict[str, Any]) -> None:
    """Make it the stack, by `pulumi up`."""
    stack.describe(changed)
    done = stack.up()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def every_request(gateway: Proxy, collector: Collector) -> list[Span]:
    """The spans of many requests with the default of demo, which is 100 %."""
    with Visitor(gateway.listeners[80]) as somebody:
        eventually(lambda: somebody.ask(HOST).status_code == 200, f"{HOST} is served")
        return traced(gateway, somebody, collector, "somebody")


def test_every_request_is_traced_by_http_in_a_demo(every_request: list[Span]) -> None:
    assert len(traces(every_request)) == REQUESTS, "the first request that somebody tries is there"
    assert {one.way for one in every_request} == {"http"}, "the provider says how"


def test_spans_carry_the_tags_of_the_stack_and_those_of_istio(every_request: list[Span]) -> None:
    wanted = {
        "user.id": "somebody",
        "tenant.id": "none",
        "region": "eu-west",
        "pod.namespace": "istio-ingress",
        "istio.canonical_service": "ingressgateway",
        "http.status_code": "200",
    }
    found = [{key: one.tags.get(key) for key in wanted} for one in every_request]
    assert found == [wanted] * len(found), "from a header, its default, a literal, the proxy's environment, and Istio"


def test_the_path_in_a_span_is_no_longer_than_the_provider_says(every_request: list[Span]) -> None:
    # The span of the request that the gateway sends on has no URL.
    paths = {one.tags["http.url"].partition(HOST)[2] for one in every_request if "http.url" in one.tags}
    assert paths == {PATH[:20]}, "long paths are dear, and may hold what nobody should read"


def test_a_new_percentage_and_another_provider_take_effect_by_up(
    stack: OwnStack, gateway: Proxy, visitor: Visitor, collector: Collector
) -> None:
    changed = mesh(collector)
    changed["telemetry"]["tracing"] |= {"providers": [{"name": "grpc"}], "randomSamplingPercentage": 50}
    deploy(stack, changed)
    eventually(lambda: tracing_of(gateway)["random_sampling"] == {"value": 50}, "Envoy knows the new percentage")
    spans = traced(gateway, visitor, collector, "half")
    assert len(traces(spans)) in bounds(REQUESTS, 0.5), "half of them, as far as chance allows"
    assert {one.way for one in spans} == {"grpc"}, "the other provider speaks gRPC"


def test_no_request_is_traced_at_zero_percent(
    stack: OwnStack, gateway: Proxy, visitor: Visitor, collector: Collector
) -> None:
    changed = mesh(collector)
    changed["telemetry"]["tracing"] |= {"randomSamplingPercentage": 0}
    deploy(stack, changed)
    eventually(lambda: "value" not in tracing_of(gateway)["random_sampling"], "Envoy knows the new percentage")
    assert traced(gateway, visitor, collector, "nobody") == [], "zero is none, and not the default"


def test_a_namespace_can_switch_its_spans_off(stack: OwnStack, gateway: Proxy, collector: Collector) -> None:
    changed = mesh(collector)
    changed["telemetry"]["namespaces"] = {"istio-ingress": {"tracing": {"disableSpanReporting": True}}}
    deploy(stack, changed)
    eventually(lambda: tracing_of(gateway) == {}, "Envoy is told nothing about traces")
