"""The simulator beside Envoy: both are asked the same generated requests, and have to say the same."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import Phase, given, seed, settings

from components.settings.parse import parse_settings
from components.traffic.simulation.objects import Stack, stack_of
from components.traffic.simulation.request import Request
from components.traffic.simulation.results import Destination, Outcome, Simulation
from components.traffic.simulation.simulate import simulate
from lab.proxy import Proxy, run_proxy
from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.simulator.generated import requests
from tests.support.certificates import server
from tests.support.seeds import chosen_seed

pytestmark = pytest.mark.lab

FOLDER = Path(__file__).parent / "simulator"
STACK: dict[str, Any] = yaml.safe_load((FOLDER / "stack.yaml").read_text(encoding="utf-8"))
PODS = [("shop", "web"), ("shop", "cart"), ("shop", "pages"), ("site", "site")]
VERSIONS = ("v1", "v2", "v3")
SEED = 20261121
EXAMPLES = 1200
LEAST = 300
SECONDS = 60.0
PROXIES = {"ingressgateway": "istio-ingress", "apigateway": "istio-api", "cart-v1": "shop"}
"""Two gateways, and the sidecar of a workload, with their namespaces."""
CALLER: dict[str, Any] = {"caller": "shop/cart", "labels": {"version": "v1"}}
NO_CONNECTION = 0
"""Stands for the status where the handshake or the connection is refused."""
HTTPS = {NO_CONNECTION, 200, 302, 404}
"""What requests by HTTPS to each gateway have to meet."""
PASSED_THROUGH = "PassthroughCluster"
"""Who answers, on the lab, for a host that the mesh does not know."""
RULES = {
    "ingressgateway": (
        *("exact", "deep", "api", "query", "agent", "post", "whole", "moved", "port", "named", "testers-0", "default"),
        *("cart-default", "pages-fixed", "pages-broken", "pages-fold", "pages-regex", "pages-without", "pages-default"),
        *("high-port", "team-inner", "team-any", "headers", "params", "authority", "prefix", "redirect", "rest"),
        *("scheme", "tls"),
    ),
    "apigateway": (
        *("exact", "deep", "api", "query", "agent", "post", "whole", "moved", "port", "named", "testers-0", "default"),
        *("regex", "long", "prefix", "redirect", "full", "none", "root", "site.grpc.0", "site.grpc.1"),
    ),
    "cart-v1": (
        *("exact", "deep", "api", "query", "agent", "post", "whole", "moved", "port", "named", "testers-0", "default"),
        *("called", "fixed", "broken", "fold", "regex", "without"),
    ),
}
"""The rules that requests have to meet; `gateways` is there to be passed over."""
READY = {
    "ingressgateway": (80, "web.example.com", "web"),
    "apigateway": (80, "site.example.com", "site"),
    "cart-v1": (8080, "web", "web"),
}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What Envoy answered, or what the simulator says that it answers."""

    status: int
    location: str | None = None
    service: str | None = None
    versions: frozenset[str] = frozenset()
    path: str | None = None
    authority: str | None = None


def manifests() -> str:
    """The pods and Services to which the routes lead."""
    text = (FOLDER / "workloads.yaml").read_text(encoding="utf-8")
    written: list[str] = []
    for namespace, name in PODS:
        for version in VERSIONS:
            filled = text.replace("NAMESPACE", namespace).replace("NAME", name).replace("VERSION", version)
            parts: dict[str, Any] = yaml.safe_load(filled)
            written += [json.dumps(parts["service"]), json.dumps(parts["deployment"])]
    return "\n---\n".join(written)


@pytest.fixture(scope="module")
def mesh() -> Stack:
    """What is deployed, as the simulator reads it."""
    return stack_of(parse_settings(json.dumps(STACK), "stack.yaml"))


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab with the stack, and pods of three versions behind its routes."""
    own = OwnStack(lab, tmp_path_factory.mktemp("simulator"), "simulator", STACK)
    try:
        pair = server("*.example.com", "*.wild.example.com")
        own.keep("edge-cert", pair.pem)
        own.keep("edge-key", pair.key_pem)
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        applied = lab.kubectl("apply", "--filename=-", stdin=manifests())
        assert applied.returncode == 0, applied.stderr
        yield lab
    finally:
        lab.kubectl("delete", "--filename=-", "--ignore-not-found", "--wait=false", stdin=manifests())
        own.destroy()


@pytest.fixture(scope="module", params=list(PROXIES))
def proxy(request: pytest.FixtureRequest, stack: Lab) -> Proxy:
    """Each data plane, once its routes lead to pods."""
    name: str = request.param
    started = run_proxy(stack.layout, stack.programs, f"{PROXIES[name]}/{name}")
    port, host, service = READY[name]

    def ready() -> bool:
        try:
            answer = httpx.get(f"http://127.0.0.1:{started.listeners[port]}/", headers={"Host": host}, trust_env=False)
            return answer.status_code == 200 and answer.json()["service"] == service
        except httpx.HTTPError:
            return False

    assert wait_until(ready, SECONDS), f"{host} is not served within {SECONDS:.0f} s"
    return started


def secured(port: int, name: str) -> ssl.SSLSocket:
    """A connection with TLS that asks for a name and takes every certificate, as who shows which is not compared."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10), server_hostname=name)


def asked(proxy: Proxy, request: Request) -> Answered:
    """What Envoy answers. The path is sent as it is, which other clients would tidy up."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.listeners[request.port], timeout=10)
    try:
        if request.scheme == "https":
            connection.sock = secured(proxy.listeners[request.port], request.server_name)
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", request.authority)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        if request.method in ("POST", "PUT"):
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
    except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
        return Answered(status=NO_CONNECTION)
    finally:
        connection.close()
    if answer.status != 200:
        return Answered(status=answer.status, location=answer.headers["Location"])
    said = json.loads(body)
    headers = {name.lower(): value for name, value in said["headers"].items()}
    return Answered(
        status=200,
        service=said["service"],
        versions=frozenset({said["version"]}),
        path=_seen(said["path"]),
        authority=headers["host"],
    )


def simulated(found: Simulation) -> Answered:
    """What the simulator says, in the same words."""
    action = found.action
    if action.answer:
        return Answered(status=action.answer.status, location=action.answer.location)
    if action.outcome is Outcome.PASSED_THROUGH:
        path, authority = _seen(found.request.path), found.request.authority
        return Answered(status=200, service=PASSED_THROUGH, versions=frozenset({""}), path=path, authority=authority)
    if action.outcome is Outcome.REFUSED:
        return Answered(status=NO_CONNECTION)
    assert action.outcome is Outcome.FORWARDED, f"nothing else is left: {found}"
    broken = [one.status for one in action.destinations if one.status]
    if broken:
        return Answered(status=broken[0] or 0)
    return Answered(
        status=200,
        service=_service(action.destinations[0].host),
        versions=frozenset(version for one in action.destinations for version in _versions(one)),
        # Where the gateway sees the connection only, its requests arrive as they were sent.
        path=_seen(action.path or found.request.path),
        authority=action.authority or found.request.authority,
    )


def _seen(path: str) -> str:
    """The path as a stand-in can tell it: Python's HTTP server takes all slashes at the begin for one."""
    return f"/{path.lstrip('/')}"


def _service(host: str) -> str:
    """The application behind a Service, also behind that of one version."""
    return host.partition(".")[0].partition("-")[0]


def _versions(destination: Destination) -> tuple[str, ...]:
    """The versions of its pods: that of a subset or of a version's own Service, else all there are."""
    version = destination.labels.get("version")
    return (version,) if version else VERSIONS


def test_the_simulator_says_what_envoy_does(proxy: Proxy, mesh: Stack) -> None:
    name = proxy.name.partition("/")[2]
    options: dict[str, Any] = CALLER if name == "cart-v1" else {"gateway": proxy.name}
    seen: dict[str, Answered] = {}
    met: set[str] = set()

    @seed(chosen_seed(SEED))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
    )
    @given(requests(name))
    def compare(request: Request) -> None:
        found = simulate(mesh, request, **options)
        real, said = asked(proxy, request), simulated(found)
        met.update([found.taken.rule] if found.taken else [])
        seen[f"{request.method} {request.url} {dict(request.headers)}"] = real
        assert real.versions <= said.versions, _told(request, real, said)
        assert asdict(real) | {"versions": None} == asdict(said) | {"versions": None}, _told(request, real, said)

    print(f"{name}: {EXAMPLES} examples")
    compare()
    if name != "cart-v1":
        statuses = {one.status for request, one in seen.items() if " https://" in request}
        assert statuses >= HTTPS, f"by HTTPS only {statuses} were met"
    assert len(seen) >= LEAST, f"only {len(seen)} different requests were generated"
    assert set(RULES[name]) - met == set(), "a rule that no request meets is not compared"


def _told(request: Request, real: Answered, said: Answered) -> str:
    return f"\n{request.method} {request.url} {dict(request.headers)}\nEnvoy:     {real}\nsimulator: {said}"
