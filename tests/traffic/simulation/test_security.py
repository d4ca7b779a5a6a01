"""What the simulator says about policies of security."""

from pathlib import Path
from typing import Any

import pytest

from components.traffic.simulation.request import RequestError, parse_claims, parse_request
from components.traffic.simulation.results import Simulation
from components.traffic.simulation.security.asked import Sender
from components.traffic.simulation.simulate import simulate
from operations.route.text import text
from tests.support.documents import document
from tests.traffic.simulation.meshes import SERVICES
from tests.traffic.simulation.stacks import stack
from tests.traffic.whole.stacks import stack_of

ROWS: list[dict[str, Any]] = document(Path(__file__).with_name("security.yaml"))
ABOUT = ("mtls", "token", "security", "note", "answer")


def simulated(row: dict[str, Any]) -> Simulation:
    """What becomes of the request of a row."""
    services = {f"services.{key}": one for key, one in SERVICES.items()}
    document = stack_of({**row, "stack": {**services, **row.get("stack", {})}})
    # The objects are not checked: some are here that the checks refuse.
    there = stack(*document.pop("resources"), **document)
    sender = Sender(claims=parse_claims(row.get("claims", ())), remote_ip=row.get("remote-ip"))
    request = parse_request(row["ask"], row.get("headers", ()))
    return simulate(there, request, caller=row.get("from"), sender=sender)


def told(found: Simulation) -> list[str]:
    """The lines about security, and where the request goes."""
    lines = [one.words.strip() for one in text(found)]
    return [" ".join(line.split()) for line in lines if line.startswith(ABOUT) or "%" in line[:9]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_decision_and_the_policy_that_makes_it_are_told(row: dict[str, Any]) -> None:
    assert told(simulated(row)) == row["expect"], "who asks why a request is refused has only this"


def test_every_row_has_a_name_of_its_own() -> None:
    names = [row["name"] for row in ROWS]
    assert len(names) == len(set(names)), "a repeated name hides which row failed"


def test_claims_are_texts_lists_and_maps() -> None:
    lines = ["iss=https://a=b", "aud=a", "aud=b", "aud=c", "[realm][roles]=x", "[realm][name]=", "[https://a.b/c]=d"]
    assert parse_claims(lines) == {
        "iss": "https://a=b",
        "aud": ["a", "b", "c"],
        "realm": {"roles": "x", "name": ""},
        "https://a.b/c": "d",
    }, "tokens have all of these"
    assert parse_claims([]) is None, "no claim is no token"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["sub"], "--claim: 'sub' is not NAME=VALUE. Write for example --claim sub=anna."),
        (["=anna"], "--claim: '' is not NAME=VALUE. Write for example --claim sub=anna."),
        (["a=b", "[a][c]=d"], "--claim: 'a' is a text and a map of claims at once. Keep one of the two."),
    ],
)
def test_a_claim_that_cannot_be_understood_is_told(lines: list[str], expected: str) -> None:
    with pytest.raises(RequestError) as raised:
        parse_claims(lines)
    assert str(raised.value) == expected, "the message is what the user has to go on"
