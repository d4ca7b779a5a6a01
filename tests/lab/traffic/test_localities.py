"""Requests of a gateway in zone lab-a of region lab: to pods nearby, to others when those fail, and by shares."""

import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.control import StandInControl
from tests.lab.traffic.asking import Visitor, bounds, eventually, version_of

pytestmark = pytest.mark.lab

ALMOST_CERTAIN = 1 - 1e-6
REQUESTS = 1000


def test_requests_stay_nearby_and_fail_over_by_zone_region_and_the_rest(
    visitor: Visitor, stand_ins: StandInControl
) -> None:
    host = "nearest.example.com"
    assert visitor.versions(host, 100) == {"home": 100}, "the pod of the gateway's zone answers everything"
    for failing, following in (("home", "neighbour"), ("neighbour", "backup"), ("backup", "elsewhere")):
        stand_ins.forget()
        stand_ins.behave(Behaviour(status=500), service="nearest", version=failing)
        eventually(lambda following=following: version_of(visitor.ask(host)) == following, f"{following} answers")
        failed = stand_ins.count(service="nearest", version=failing)
        assert failed >= 2, f"two failures eject a pod, and {failing} was given up after {failed}"
        # An Envoy's threads are told of the first ejection at once, and of further ones within a second all together
        # (update_merge_window of its clusters).
        assert failing != "home" or failed <= 5, f"{failing} was asked {failed} times before it was given up"
        assert visitor.versions(host, 100) == {following: 100}, f"after {failing} comes {following}, and nobody else"


def test_requests_are_shared_out_between_zones_as_chance_allows(visitor: Visitor) -> None:
    found = visitor.versions("shared.example.com", REQUESTS)
    assert found["home"] + found["neighbour"] == REQUESTS, f"the third zone has no share: {found}"
    expected = bounds(REQUESTS, 0.3, ALMOST_CERTAIN)
    assert found["neighbour"] in expected, f"of {REQUESTS} at 30 %, chance allows {expected}, not half of them"
