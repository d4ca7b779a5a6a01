"""A pod that has just started gets fewer requests than one that is warm."""

import json
from time import monotonic
from typing import Any

import httpx
import pytest

from lab.proxy import Proxy
from lab.readiness import wait_until
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually
from tests.lab.traffic.workloads import workload

pytestmark = pytest.mark.lab

HOST = "warmed.example.com"
SECONDS, LEAST_WEIGHT = 20, 0.1
"""`duration` and `minimumPercent` of the service `warmed`, with `aggression: 1`."""
SERVED_AFTER_SECONDS = 40
"""So long after its start an Envoy has known its first pods for `duration`; both could be new otherwise."""


def uptime(proxy: Proxy) -> int:
    """For how many seconds an Envoy has been running."""
    url = f"http://127.0.0.1:{proxy.admin_port}/server_info"
    return int(httpx.get(url, trust_env=False).json()["uptime_current_epoch"].removesuffix("s"))


def endpoints(proxy: Proxy) -> int:
    """How many pods of the service an Envoy knows."""
    lines = httpx.get(f"http://127.0.0.1:{proxy.admin_port}/clusters", trust_env=False).text.splitlines()
    return sum("|warmed.shop." in line and line.endswith("::health_flags::healthy") for line in lines)


def test_a_new_pod_gets_few_requests_at_first_and_half_of_them_when_it_is_warm(
    stack: OwnStack, visitor: Visitor, gateway: Proxy
) -> None:
    assert visitor.versions(HOST, 20) == {"v1": 20}, "there is one pod"
    assert wait_until(lambda: uptime(gateway) >= SERVED_AFTER_SECONDS, SERVED_AFTER_SECONDS), "that pod is warm"
    second = next(one for one in workload("shop", "warmed", 8080, [{"version": "v2"}]) if one["kind"] == "Deployment")
    begun = monotonic()

    def known() -> bool:
        nonlocal begun
        looked = monotonic()
        if endpoints(gateway) == 1:
            begun = looked
            return False
        return True

    stack.lab.kubectl("apply", "--filename=-", stdin=json.dumps(second))
    try:
        eventually(known, "Envoy knows the second pod")
        cold = visitor.versions(HOST, 100)
        # From when Envoy knows it, its weight grows evenly to 1, which is that of the other pod.
        weight = max(LEAST_WEIGHT, (monotonic() - begun) / SECONDS)
        most = 100 * weight / (1 + weight)
        assert most < 40, f"the machine was too slow for this test: {monotonic() - begun:.1f} s passed"
        assert 1 <= cold["v2"] <= most + 1, f"{cold}, when the weight of v2 was {weight:.2f} at most"
        eventually(lambda: visitor.versions(HOST, 40)["v2"] >= 19, "in the end half of the requests are its own")
    finally:
        stack.lab.kubectl("delete", "deployment/warmed-v2", "--namespace=shop")


def test_both_words_for_a_warm_up_reach_envoy_as_the_same(gateway: Proxy, visitor: Visitor) -> None:
    assert visitor.ask("upgraded.example.com").status_code == 200, "the gateway knows both services"
    found = {
        "warmup": balancer(gateway, "warmed")["round_robin_lb_config"],
        "warmupDurationSecs": balancer(gateway, "upgraded")["least_request_lb_config"],
    }
    windows = {word: one["slow_start_config"]["slow_start_window"] for word, one in found.items()}
    assert windows == dict.fromkeys(found, f"{SECONDS}s"), "the old word says no more than the duration"


def balancer(proxy: Proxy, service: str) -> dict[str, Any]:
    """The cluster of a service in the namespace `shop`, as an Envoy has it."""
    url = f"http://127.0.0.1:{proxy.admin_port}/config_dump"
    parameters = {"resource": "dynamic_active_clusters", "name_regex": rf"outbound\|8080\|\|{service}\.shop\..*"}
    (found,) = httpx.get(url, params=parameters, trust_env=False).raise_for_status().json()["configs"]
    return found["cluster"]
