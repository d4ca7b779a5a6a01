"""The simulator beside two sidecars: both are asked generated requests, and have to decide the same about them."""

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from components.settings.parse import parse_settings
from components.traffic.simulation.objects import Stack, stack_of
from components.traffic.simulation.request import Request, parse_request
from components.traffic.simulation.results import Decision, Security
from components.traffic.simulation.security.asked import Sender
from components.traffic.simulation.simulate import simulate
from lab.proxy import Proxy, run_proxy
from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.simulator.tokens import Issuer
from tests.support.seeds import chosen_seed

pytestmark = pytest.mark.lab

FOLDER = Path(__file__).parent / "simulator"
WORDS: dict[str, Any] = yaml.safe_load((FOLDER / "security_requests.yaml").read_text(encoding="utf-8"))
TOKENS: Mapping[str, dict[str, Any]] = WORDS["tokens"]
WORKLOADS = ("caller", "api")
CALLERS = {True: "shop/caller", False: "shop/plain"}
"""Who asks: with a sidecar, and without one."""
SEED = 20261122
EXAMPLES, LEAST = 1600, 1000
SECONDS = 60.0


def manifests() -> str:
    """The pods that ask and are asked."""
    text = (FOLDER / "workloads_with_accounts.yaml").read_text(encoding="utf-8")
    objects: list[Any] = [one for name in WORKLOADS for one in yaml.safe_load(text.replace("NAME", name))]
    return "\n---\n".join(json.dumps(one) for one in objects)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Who signs the tokens."""
    return Issuer()


@pytest.fixture(scope="module")
def described(issuer: Issuer) -> dict[str, Any]:
    """The stack, with the key of the issuer."""
    stack: dict[str, Any] = yaml.safe_load((FOLDER / "security.yaml").read_text(encoding="utf-8"))
    stack["resources"][0]["spec"]["jwtRules"][0]["jwks"] = issuer.jwks
    return stack


@pytest.fixture(scope="module")
def mesh(described: dict[str, Any]) -> Stack:
    """What is deployed, as the simulator reads it."""
    return stack_of(parse_settings(json.dumps(described), "stack.yaml"))


@pytest.fixture(scope="module")
def sidecars(
    lab: Lab, described: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, Proxy]]:
    """The sidecars of the caller and of the workload that it calls, once the policies hold."""
    own = OwnStack(lab, tmp_path_factory.mktemp("security"), "security", described)
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        applied = lab.kubectl("apply", "--filename=-", stdin=manifests())
        assert applied.returncode == 0, applied.stderr
        for name in WORKLOADS:
            ready = lab.kubectl(
                "rollout", "status", f"deployment/{name}", "--namespace=shop", f"--timeout={SECONDS:.0f}s"
            )
            assert ready.returncode == 0, ready.stderr
        caller, api = (run_proxy(lab.layout, lab.programs, f"shop/{name}") for name in WORKLOADS)

        def decides() -> bool:
            # The one is allowed to the identity of the caller, so that mutual TLS is spoken; the other to nobody.
            asked = [parse_request(f"GET http://api:8080{path}") for path in ("/account", "/nothing")]
            try:
                return [answer(caller.listeners[8080], one, None) for one in asked] == [200, 403]
            except (OSError, KeyError, http.client.HTTPException):
                return False

        assert wait_until(decides, SECONDS), f"the policies do not hold within {SECONDS:.0f} s"
        yield caller, api
    finally:
        lab.kubectl("delete", "--filename=-", "--ignore-not-found", "--wait=false", stdin=manifests())
        own.destroy()


def requests() -> st.SearchStrategy[Request]:
    """Requests that a rule is for, or nearly."""
    headers = {name: st.sampled_from(values) for name, values in WORDS["headers"].items()}
    return st.builds(
        _request,
        host=st.sampled_from(WORDS["hosts"]),
        method=st.sampled_from(WORDS["methods"]),
        path=st.sampled_from(WORDS["paths"]),
        headers=st.fixed_dictionaries({}, optional=headers),
    )


def _request(host: str, method: str, path: str, headers: dict[str, str]) -> Request:
    return parse_request(f"{method} http://{host}{path}", [f"{name}: {value}" for name, value in headers.items()])


def answer(port: int, request: Request, token: str | None) -> int:
    """The status with which Envoy answers. The path is sent as it is, which other clients would tidy up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": request.authority, "Content-Length": "0", **request.headers}
        for name, value in sent.items():
            connection.putheader(name, value)
        if token:
            connection.putheader("Authorization", f"Bearer {token}")
        connection.endheaders()
        got = connection.getresponse()
        got.read()
    finally:
        connection.close()
    return got.status


def decision(mesh: Stack, request: Request, *, meshed: bool, claims: Mapping[str, Any] | None) -> Security:
    """What the simulator says about it."""
    sender = Sender(claims=claims, remote_ip="127.0.0.1")
    found = simulate(mesh, request, caller=CALLERS[meshed], sender=sender)
    security = found.action.destinations[0].security
    assert security is not None, "the destination is described"
    return security


def test_the_simulator_decides_as_sidecars_do(sidecars: tuple[Proxy, Proxy], mesh: Stack, issuer: Issuer) -> None:
    caller, api = sidecars
    signed = {name: issuer.token(claims) for name, claims in TOKENS.items()}
    met: set[str] = set()
    seen: set[str] = set()

    @seed(chosen_seed(SEED))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate])
    @given(requests(), st.sampled_from([None, None, *TOKENS]), st.booleans())
    def compare(request: Request, token: str | None, meshed: bool) -> None:
        security = decision(mesh, request, meshed=meshed, claims=TOKENS[token] if token else None)
        port = caller.listeners[8080] if meshed else api.inbound[8080]
        told = f"{request.method} {request.url} {dict(request.headers)} token {token}, sidecar {meshed}: {security}"
        assert security.decision is not Decision.UNKNOWN, told
        real = answer(port, request, signed[token] if token else None)
        assert real == (security.status or 200), f"Envoy answers {real}\n{told}"
        seen.add(told)
        met.add(security.path or security.reason)

    print(f"{EXAMPLES} examples")
    compare()
    rules = {
        f"mesh.resources[{policy}].spec.rules[{rule}]" for policy, count in ((1, 3), (3, 10)) for rule in range(count)
    } | {"mesh.pathParameters"}
    assert rules - met == set(), "a rule that no request meets is not compared"
    assert len(seen) >= LEAST, f"only {len(seen)} different requests were generated"
