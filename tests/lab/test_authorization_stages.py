"""From no rules to default deny and back: no declared call is refused at any moment, and others are counted first."""

import json
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import httpx
import pytest

from lab.proxy import Proxy, run_proxy
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually
from tests.support.stacks import DEMO

pytestmark = pytest.mark.lab

AUDIT: dict[str, Any] = {"stage": "audit", "defaultDeny": "mesh"}
ENFORCE: dict[str, Any] = {"stage": "enforce", "defaultDeny": "mesh"}


def described(name: str, **more: object) -> dict[str, Any]:
    """One of Bookinfo's services, with the identity that the sample gives it."""
    return {"namespace": "bookinfo", "port": 9080, "serviceAccount": f"bookinfo-{name}", **more}


SERVICES: dict[str, Any] = {
    "productpage": described("productpage", calls=["details", "reviews"]),
    "details": described("details"),
    "reviews": described("reviews", calls=["ratings"]),
    "ratings": described("ratings"),
}
DECLARED, UNDECLARED = "details:9080", "ratings:9080"
"""What the page calls, and what the details try to, which says nothing of what it calls and so knows everybody."""


def mesh(authorization: dict[str, Any] | None) -> dict[str, Any]:
    """Bookinfo with its calls, in a stage."""
    more = {"services": SERVICES, "authorization": authorization} if authorization else {}
    return {**DEMO, **more}


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """Bookinfo without a word about who may call whom."""
    own = OwnStack(lab, tmp_path_factory.mktemp("stages"), "stages", mesh(None))
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        yield own
    finally:
        own.destroy()


@pytest.fixture(scope="module")
def sidecars(stack: OwnStack) -> dict[str, Proxy]:
    """The data planes of the page, and of what it calls and does not call."""
    lab = stack.lab
    names = ("productpage", "details", "ratings")
    return {name: run_proxy(lab.layout, lab.programs, f"bookinfo/{name}-v1") for name in names}


@pytest.fixture(scope="module")
def page(sidecars: dict[str, Proxy]) -> Iterator[Visitor]:
    """The page, once what it calls knows its identity."""
    with Visitor(sidecars["productpage"].listeners[9080]) as page:
        eventually(lambda: "x-forwarded-client-cert" in page.ask(DECLARED).text.lower(), "the details know the page")
        yield page


@pytest.fixture(scope="module")
def stranger(sidecars: dict[str, Proxy]) -> Iterator[Visitor]:
    """The details, once the ratings know their identity."""
    with Visitor(sidecars["details"].listeners[9080]) as details:
        eventually(lambda: "x-forwarded-client-cert" in details.ask(UNDECLARED).text.lower(), "the ratings know them")
        yield details


def become(stack: OwnStack, authorization: dict[str, Any]) -> None:
    """Deploy a stage."""
    stack.describe(mesh(authorization))
    done = stack.up()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@contextmanager
def asked_all_the_while(page: Visitor) -> Generator[list[int]]:
    """The statuses of what is declared, asked again and again from the begin of the block to its end."""
    over, statuses = Event(), list[int]()

    def go_on() -> None:
        while not over.is_set():
            statuses.append(page.ask(DECLARED).status_code)

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(go_on)
        try:
            yield statuses
        finally:
            over.set()
            asking.result()


def shadow_denied(proxy: Proxy) -> int:
    """How many requests Istio would have refused, as its metrics have it."""
    answer = httpx.get(f"http://127.0.0.1:{proxy.admin_port}/stats?filter=shadow_denied", trust_env=False)
    counts = [int(line.rpartition(": ")[2]) for line in answer.text.splitlines() if "istio_dry_run_allow" in line]
    return sum(counts)


def test_the_stages_go_there_and_back_without_a_refused_call(
    stack: OwnStack, sidecars: dict[str, Proxy], page: Visitor, stranger: Visitor
) -> None:
    with asked_all_the_while(page) as statuses:
        become(stack, AUDIT)

        def counted() -> bool:
            assert stranger.ask(UNDECLARED).status_code == 200, "what is only tried refuses nobody"
            return shadow_denied(sidecars["ratings"]) > 0

        eventually(counted, "the call that nobody declared is counted")
        assert shadow_denied(sidecars["details"]) == 0, "the declared call would not be refused"
        become(stack, ENFORCE)
        eventually(lambda: stranger.ask(UNDECLARED).status_code == 403, "the call that nobody declared is refused")
        become(stack, AUDIT)
        eventually(lambda: stranger.ask(UNDECLARED).status_code == 200, "it is let in again")
    assert set(statuses) == {200}, f"of {len(statuses)} declared calls some were refused"
    assert len(statuses) > 100, "too few calls to have met a gap"


PROBED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probed", "namespace": "bookinfo"},
    "spec": {
        "containers": [
            {
                "name": "app",
                "image": "example/app",
                "ports": [{"containerPort": 8080}],
                "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}},
                "livenessProbe": {"tcpSocket": {"port": 8080}},
                "startupProbe": {"grpc": {"port": 8080}},
            }
        ]
    },
}


def test_probes_and_merged_metrics_go_to_the_agent_which_no_policy_guards(stack: OwnStack) -> None:
    done = stack.lab.kubectl("create", "--dry-run=server", "--output=json", "--filename=-", stdin=json.dumps(PROBED))
    assert done.returncode == 0, done.stderr
    pod = json.loads(done.stdout)
    containers = {one["name"]: one for one in [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]}
    probes = {name: containers["app"][name] for name in ("readinessProbe", "livenessProbe", "startupProbe")}
    asked = {name: (one["httpGet"]["port"], one["httpGet"]["path"]) for name, one in probes.items()}
    assert asked == {
        "readinessProbe": (15020, "/app-health/app/readyz"),
        "livenessProbe": (15020, "/app-health/app/livez"),
        "startupProbe": (15020, "/app-health/app/startupz"),
    }, "the kubelet has no identity, and default deny would make it restart every pod"
    assert pod["metadata"]["annotations"]["prometheus.io/port"] == "15020", "merged metrics are the agent's as well"
    redirect = containers["istio-init"]["args"]
    excluded = redirect[redirect.index("-d") + 1].split(",")
    assert {"15020", "15021", "15090"} <= set(excluded), "what is for the agent does not pass the sidecar"
