"""Alerts on requests, from the first failure to the notification that it is over."""

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from lab.readiness import wait_until
from tests.lab.observability.alerting.asking import Prometheus, Webhook
from tests.lab.traffic.asking import Visitor

pytestmark = pytest.mark.lab

SECONDS = 60.0
# What makes each alert fire: whom to ask, what the stand-in is to do, and how many ask at the same time.
TRAFFIC = {
    "HighErrorRate": ("orders.example.com", {"x-lab-status": "503", "x-lab-delay": "0.1"}, 1),
    "HighLatency": ("search.example.com", {"x-lab-delay": "1.2"}, 2),
    # One connection and one request that waits for it: of four, two are refused.
    "CircuitBreakerTripped": ("checkout.example.com", {"x-lab-delay": "0.2"}, 4),
}
OURS = f'ALERTS{{alertname=~"{"|".join(TRAFFIC)}"}}'


@contextmanager
def trouble(visitor: Visitor) -> Generator[None]:
    """Requests that make every one of the alerts fire, until the end of the context."""
    over = threading.Event()

    def ask(host: str, headers: dict[str, str]) -> None:
        while not over.is_set():
            visitor.ask(host, headers=headers)

    with ThreadPoolExecutor(sum(many for _, _, many in TRAFFIC.values())) as pool:
        asking = [pool.submit(ask, host, headers) for host, headers, many in TRAFFIC.values() for _ in range(many)]
        try:
            yield
        finally:
            over.set()
            for one in asking:
                one.result()


@pytest.fixture(scope="module")
def told(prometheus: Prometheus, visitor: Visitor, webhook: Webhook) -> Webhook:
    """The webhook, after trouble that came and went; all alerts at once, because each takes as long as all."""
    fired, resolved = ({(name, status) for name in TRAFFIC} for status in ("firing", "resolved"))
    with trouble(visitor):
        wait_until(lambda: fired <= set(webhook.told), SECONDS)
    wait_until(lambda: resolved <= set(webhook.told) and not prometheus.query(OURS), SECONDS)
    return webhook


@pytest.mark.parametrize("alert", TRAFFIC)
def test_alertmanager_tells_of_the_alert_and_of_its_end(told: Webhook, alert: str) -> None:
    statuses = [status for name, status in told.told if name == alert]
    assert statuses, f"nobody would know: {told.told}"
    assert statuses[0] == "firing", "first that it is so"
    assert statuses[-1] == "resolved", f"then that it is over: {statuses}"


@pytest.mark.parametrize("alert", TRAFFIC)
@pytest.mark.usefixtures("told")
def test_the_alert_is_pending_before_it_fires_and_then_over(prometheus: Prometheus, alert: str) -> None:
    selector = f'ALERTS{{alertname="{alert}"}}'
    times = {labels["alertstate"]: at for labels, at in prometheus.samples(selector, "5m")}
    assert set(times) == {"pending", "firing"}, "the states of Prometheus"
    assert min(times["pending"]) < min(times["firing"]), "it waits for whether it lasts"
    assert not prometheus.query(selector), "it is neither when it is over"


@pytest.mark.parametrize("alert", TRAFFIC)
def test_the_notification_says_which_service_it_is_about(told: Webhook, alert: str) -> None:
    service = TRAFFIC[alert][0].partition(".")[0]
    about = {
        one["labels"].get("destination_service_name") for one in told.alerts if one["labels"]["alertname"] == alert
    }
    assert about == {service}, "whoever is woken wants to know by what"
