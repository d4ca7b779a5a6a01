"""Whether sources of charts answer, decided once and quickly."""

import socket
import threading
import time

import pytest

from components.platform.http import NoAnswerError
from operations.charts.reachable import unreachable
from tests.operations.charts.servers import HelmSite, RegistrySite, Site, serving


def test_what_answers_is_reachable_whatever_it_answers() -> None:
    with serving(HelmSite()) as repository, serving(RegistrySite(private=True)) as registry:
        addresses = [f"{repository.address}/charts", registry.address.replace("http:", "oci:") + "/istio"]
        assert unreachable(addresses) == {}, "a status has a better message of its own when something is fetched"
    assert (repository.seen, registry.seen) == (["/charts/index.yaml"], ["/v2/"]), "each is asked once"


def test_an_address_where_nobody_listens_is_told_with_the_reason() -> None:
    with serving(Site()) as site:
        pass
    assert unreachable([site.address]) == {site.address: "connection refused"}, "no time is spent on it again"


def test_addresses_that_never_answer_are_given_up_together() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        addresses = [f"http://127.0.0.1:{silent.getsockname()[1]}/{number}" for number in range(8)]
        begun = time.monotonic()
        assert unreachable(addresses, wait_seconds=0.2) == dict.fromkeys(addresses, "no answer in time")
        assert time.monotonic() - begun < 1.5, "all at the same time: eight in a row would take eight times as long"


def test_a_look_up_of_a_name_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def hang(*_: object, **__: object) -> object:
        ended.wait()
        raise NoAnswerError("too late")

    monkeypatch.setattr("operations.charts.reachable.get", hang)
    try:
        told = unreachable(["https://charts.example.com"], wait_seconds=0.05)
    finally:
        ended.set()
    assert told == {"https://charts.example.com": "no answer in time"}, "no socket has a timeout for names"
