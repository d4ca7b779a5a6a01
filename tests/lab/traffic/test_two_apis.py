"""One intent, written as VirtualService and as HTTPRoute: callers see no difference."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.control import StandInControl
from lab.proxy import run_proxy
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, asked_headers, eventually

pytestmark = pytest.mark.lab

PATHS = (
    "/",
    "/exact",
    "/exact/",
    "/api",
    "/api/users?page=2",
    "/apis",
    "/api/deep",
    "/api/deep/er",
    "/query?flavour=dark",
    "/query?flavour=light",
    "/whole/path",
    "/old/page",
    "/headers/x",
)
HEADERS: tuple[dict[str, str], ...] = ({}, {"x-canary": "true"}, {"x-canary": "false", "x-agent": "curl"})
NO_HEADERS: dict[str, str] = {}
REQUESTS = [
    *(("GET", path, headers) for path, headers in product(PATHS, HEADERS)),
    *(("POST", path, NO_HEADERS) for path in PATHS[:11]),
]


@dataclass(frozen=True)
class Seen:
    """What a caller and the service see of one request."""

    status: int
    version: str = ""
    path: str = ""
    location: str = ""
    route: str = ""
    set_by_route: str = ""
    agent: str = ""


def seen(visitor: Visitor, host: str, request: tuple[str, str, dict[str, str]]) -> Seen:
    """Send one request."""
    method, path, headers = request
    answer = visitor.ask(host, path, headers, method)
    if answer.status_code != 200:
        return Seen(answer.status_code, location=answer.headers.get("location", ""))
    page, arrived = answer.json(), asked_headers(answer)
    return Seen(
        status=200,
        version=page["version"],
        path=page["path"],
        route=answer.headers.get("x-route", ""),
        set_by_route=arrived.get("x-set", ""),
        agent=arrived.get("x-agent", ""),
    )


@pytest.fixture(scope="module")
def other_visitor(stack: OwnStack) -> Iterator[Visitor]:
    """Somebody who asks the gateway of the Gateway API, once its routes lead to pods."""
    proxy = run_proxy(stack.lab.layout, stack.lab.programs, "istio-api/apigateway")
    with Visitor(proxy.listeners[80]) as somebody:
        eventually(lambda: somebody.ask("right.example.com").status_code == 200, "right.example.com is served")
        yield somebody


@pytest.mark.parametrize(("status", "answer", "asked"), [(503, 200, 3), (500, 500, 1)])
def test_both_apis_retry_on_the_same_conditions(
    visitor: Visitor, other_visitor: Visitor, stand_ins: StandInControl, status: int, answer: int, asked: int
) -> None:
    found: dict[str, tuple[int, int]] = {}
    for somebody, service in ((visitor, "left"), (other_visitor, "right")):
        stand_ins.behave(Behaviour(status=status, times=2), service=service, version="v1")
        told = somebody.ask(f"{service}.example.com").status_code
        found[service] = (told, stand_ins.count(service=service))
        stand_ins.behave(None, service=service, version="v1")
    assert found == dict.fromkeys(("left", "right"), (answer, asked)), "who changes `api` changes no retry"


def test_both_apis_give_the_same_answers(visitor: Visitor, other_visitor: Visitor) -> None:
    ours = [seen(visitor, "left.example.com", request) for request in REQUESTS]
    theirs = [seen(other_visitor, "right.example.com", request) for request in REQUESTS]
    different = [
        f"{request}: {one} and {other}"
        for request, one, other in zip(REQUESTS, ours, theirs, strict=True)
        if one != other
    ]
    assert different == [], "who changes `api` changes nothing for callers"
    assert len(REQUESTS) == 50, "the requests that were agreed on"
    assert {one.version for one in ours} >= {"v1", "v2", "v3"}, "the requests have to meet different routes"
    assert {one.status for one in ours} == {200, 302}, "and redirects"
