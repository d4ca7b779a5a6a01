"""Twenty services that say what they call: of all pairs, exactly the declared ones may."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from tests.lab.security import grid
from tests.lab.security.asking import Answer, Client, await_routes
from tests.lab.security.conftest import Deployment, running

pytestmark = pytest.mark.lab

Pair = tuple[str, str]


@pytest.fixture(scope="module")
def clients(deployment: Deployment) -> Iterator[dict[str, Client]]:
    """Every service as a caller, once all of them know all sidecars."""
    with running(deployment.lab, grid.WORKLOADS) as sidecars:
        await_routes(sidecars.values(), sidecars.values(), grid.PORT)
        yield {name: Client(sidecars[workload]) for name, workload in zip(grid.NAMES, grid.WORKLOADS, strict=True)}


@pytest.fixture(scope="module")
def answers(clients: dict[str, Client]) -> dict[Pair, Answer]:
    """What each service answers each one."""

    def tried(pair: Pair) -> Answer:
        return clients[pair[0]].ask(f"{pair[1]}.{grid.NAMESPACE}:{grid.PORT}", "/api/x")

    pairs = list(product(grid.NAMES, grid.NAMES))
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(pairs, pool.map(tried, pairs), strict=True))


def test_exactly_the_declared_pairs_pass(answers: dict[Pair, Answer]) -> None:
    assert len(answers) == 400, "every pair is tried, itself included"
    passed = {pair for pair, answer in answers.items() if answer.status == 200}
    assert passed == grid.declared(), "least privilege: what is declared, and nothing else"
    assert 30 < len(passed) < 100, "few and many would prove little"


def test_every_other_pair_is_refused_by_the_callee(answers: dict[Pair, Answer]) -> None:
    others = {(answer.status, answer.text) for pair, answer in answers.items() if pair not in grid.declared()}
    assert others == {(403, "RBAC: access denied")}, "and not lost on the way, which would look the same"


def test_every_pair_that_passes_is_a_handshake_of_its_caller(answers: dict[Pair, Answer]) -> None:
    told = {
        (caller, callee): answer.headers["x-forwarded-client-cert"].rpartition("URI=")[2]
        for (caller, callee), answer in answers.items()
        if answer.status == 200
    }
    assert told == {
        (caller, callee): f"spiffe://cluster.local/ns/{grid.NAMESPACE}/sa/{caller}" for caller, callee in told
    }, "the callee knows who called from a certificate"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/y", 200), ("POST", "/api/y", 403), ("GET", "/other", 403)]
)
def test_a_call_with_methods_and_paths_is_for_these_only(
    clients: dict[str, Client], method: str, path: str, status: int
) -> None:
    callee = min(callee for caller, callee in grid.declared() if caller == grid.NARROW_CALLER)
    answer = clients[grid.NARROW_CALLER].ask(f"{callee}.{grid.NAMESPACE}:{grid.PORT}", path, method=method)
    assert answer.status == status, f"the call is declared with GET and {grid.NARROW}"
