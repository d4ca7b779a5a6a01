"""How behaviours are chosen, and what is counted."""

import threading

import pytest
from pydantic import ValidationError

from lab.agent.behaviour import REMEMBERED, Behaviour, Play, Selection
from lab.readiness import wait_until

REVIEWS = {"service": "reviews", "version": "v1", "pod": "reviews-1", "namespace": "shop"}
OTHER = {"service": "reviews", "version": "v2", "pod": "reviews-2", "namespace": "shop"}


def answered(play: Play, identity: dict[str, str] = REVIEWS, **headers: str) -> int:
    """The status of one request."""
    return play.asked(identity, "GET", "/", headers).status


def test_a_request_that_nothing_was_said_about_succeeds() -> None:
    assert Play().asked(REVIEWS, "GET", "/", {}) == Behaviour(), "200 at once"


def test_a_behaviour_is_for_those_that_are_selected() -> None:
    play = Play()
    play.behave(Selection(service="reviews", version="v1"), Behaviour(status=503))
    assert (answered(play), answered(play, OTHER)) == (503, 200), "v2 was not meant"


def test_the_behaviour_that_was_set_last_wins() -> None:
    play = Play()
    play.behave(Selection(), Behaviour(status=500))
    play.behave(Selection(pod="reviews-1"), Behaviour(status=503))
    assert (answered(play), answered(play, OTHER)) == (503, 500), "one pod differs from the rest"


def test_a_behaviour_that_is_taken_back_leaves_the_one_below_it() -> None:
    play = Play()
    play.behave(Selection(), Behaviour(status=500))
    play.behave(Selection(pod="reviews-1"), Behaviour(status=503))
    play.behave(Selection(pod="reviews-1"), None)
    assert answered(play) == 500, "only the selection's own is taken back"


def test_so_many_requests_fail_and_the_next_ones_succeed() -> None:
    play = Play()
    play.behave(Selection(service="reviews"), Behaviour(status=500, times=2))
    statuses = [answered(play), answered(play, OTHER), answered(play)]
    assert statuses == [500, 500, 200], "counted over all pods, so that a test need not know who is asked"


def test_a_request_says_by_its_headers_what_it_wants() -> None:
    play = Play()
    play.behave(Selection(), Behaviour(status=500))
    asked = play.asked(REVIEWS, "GET", "/", {"x-lab-status": "418", "x-lab-delay": "0.5", "x-lab-close": "reset"})
    assert asked == Behaviour(status=418, delay=0.5, close="reset"), "whatever was set for everybody"


@pytest.mark.parametrize("headers", [{"x-lab-status": "42"}, {"x-lab-delay": "-1"}, {"x-lab-close": "softly"}])
def test_a_request_that_wants_what_there_is_not_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="1 validation error for Behaviour"):
        Play().asked(REVIEWS, "GET", "/", headers)


def test_a_held_request_is_answered_once_another_behaviour_is_set() -> None:
    play, answers = Play(), list[int]()
    play.behave(Selection(), Behaviour(hold=True))
    asking = threading.Thread(target=lambda: answers.append(answered(play)))
    asking.start()
    assert wait_until(lambda: [one["held"] for one in play.pages(Selection())] == [1], 10), "a test can await it"
    assert answers == [], "it waits"
    play.behave(Selection(), None)
    asking.join(10)
    assert answers == [200], "released, it is answered"
    assert play.pages(Selection())[0]["held"] == 0, "and no longer counted as held"


def test_requests_are_counted_by_stand_in_and_path_with_their_headers() -> None:
    play = Play()
    for path in ("/a", "/b", "/a"):
        play.asked(REVIEWS, "POST", path, {"x-user": "jason"})
    page = play.pages(Selection(version="v1"))[0]
    assert (page["count"], page["paths"]) == (3, {"/a": 2, "/b": 1}), page
    assert page["last"][-1] == {"method": "POST", "path": "/a", "headers": {"x-user": "jason"}}, "the newest is last"


def test_only_the_last_requests_are_remembered() -> None:
    play = Play()
    for _ in range(REMEMBERED + 1):
        answered(play)
    page = play.pages(Selection())[0]
    assert (page["count"], len(page["last"])) == (REMEMBERED + 1, REMEMBERED), "a load test must not fill the memory"


def test_what_was_forgotten_is_as_if_it_never_was() -> None:
    play = Play()
    play.behave(Selection(), Behaviour(status=500))
    answered(play)
    play.forget()
    assert play.pages(Selection()) == [], "no count"
    assert answered(play) == 200, "no behaviour"
