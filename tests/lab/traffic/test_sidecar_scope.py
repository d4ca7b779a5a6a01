"""What the sidecar of a workload learns of a large mesh, with and without `calls`."""

import json
from collections.abc import Iterator

import httpx
import pytest

from lab.proxy import Proxy, run_proxy
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually

pytestmark = pytest.mark.lab

SERVICES = 500
LEAST_SAVED = 0.9
CROWD = "crowd"
LAST = f"service-{SERVICES - 1}.{CROWD}.svc.cluster.local"


def crowd() -> str:
    """A namespace with many Services of others."""
    services = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"service-{index}", "namespace": CROWD},
            "spec": {"selector": {"app": f"service-{index}"}, "ports": [{"name": "http", "port": 8080}]},
        }
        for index in range(SERVICES)
    ]
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": CROWD}}
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [namespace, *services]})


@pytest.fixture(scope="module")
def sidecars(stack: OwnStack) -> Iterator[tuple[Proxy, Proxy]]:
    """The sidecars of a workload that says what it calls, and of one that does not, in a mesh with many services."""
    lab = stack.lab
    done = lab.kubectl("create", "--filename=-", stdin=crowd())
    try:
        assert done.returncode == 0, done.stderr
        scoped, unscoped = (
            run_proxy(lab.layout, lab.programs, f"callers/{name}-v1") for name in ("scoped", "unscoped")
        )
        # Clusters come before routes, and an Envoy that has only the first is not yet as large as it gets.
        for part in ("dynamic_active_clusters", "dynamic_route_configs"):
            eventually(
                lambda part=part: LAST in dump(unscoped, part), f"{part} of the sidecar without a scope hold {LAST}"
            )
        yield scoped, unscoped
    finally:
        lab.kubectl("delete", "namespace", CROWD, "--ignore-not-found", "--wait=false")


def dump(proxy: Proxy, part: str | None = None) -> str:
    """The configuration of an Envoy, or a part of it by the name that it has in Envoy's configuration dump."""
    url = f"http://127.0.0.1:{proxy.admin_port}/config_dump"
    parameters = {"resource": part} if part else {}
    return httpx.get(url, params=parameters, timeout=30, trust_env=False).raise_for_status().text


def test_calls_keep_nine_tenths_of_the_configuration_from_a_sidecar(sidecars: tuple[Proxy, Proxy]) -> None:
    scoped, unscoped = (len(dump(proxy)) for proxy in sidecars)
    saved = 1 - scoped / unscoped
    print(f"configuration with calls: {scoped:,} bytes, without: {unscoped:,}, {saved:.1%} smaller")
    assert saved >= LEAST_SAVED, f"{scoped:,} bytes with calls, {unscoped:,} without"
    assert CROWD not in dump(sidecars[0]), "what it does not call, it does not know"


def test_a_workload_reaches_what_it_calls_by_the_routes_of_that(sidecars: tuple[Proxy, Proxy]) -> None:
    with Visitor(sidecars[0].listeners[8080]) as workload:
        answers = workload.versions("canary.shop:8080", 20, headers={"x-canary": "true"})
    assert answers == {"v2": 20}, "routes hold within the mesh as on gateways"


@pytest.mark.parametrize(
    ("host", "port", "answered"),
    [
        ("vendor.example.org:8080", 8080, "vendor.example.org"),
        ("canary.shop:8080", 8080, "canary"),
    ],
)
def test_a_workload_reaches_services_and_external_services_that_it_calls(
    sidecars: tuple[Proxy, Proxy], host: str, port: int, answered: str
) -> None:
    with Visitor(sidecars[0].listeners[port]) as workload:
        eventually(lambda: workload.ask(host).json()["service"] == answered, f"{host} is answered by {answered}")


@pytest.mark.parametrize("host", ["reviews.shop:9080", "unknown.example.org:8080"])
def test_what_a_workload_does_not_call_is_not_reached(sidecars: tuple[Proxy, Proxy], host: str) -> None:
    with Visitor(sidecars[0].listeners[8080]) as workload:
        assert workload.ask(host).status_code == 502, "the mesh lets nothing out that it does not know"
