"""What is counted of the requests that the lab's Envoys wrote down."""

import json
from pathlib import Path

import pytest

from lab.agent.monitoring import collector
from lab.agent.monitoring.collector import RequestMetrics
from lab.layout import LabLayout
from lab.processes import records, stop
from tests.lab_unit.agent.monitoring.lines import data_plane, line, write

GATEWAY, ORDERS = "envoy-in.gateway", "envoy-shop.orders"


@pytest.fixture(autouse=True)
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """A data plane that came is seen at once."""
    monkeypatch.setattr(collector, "_LOOK_SECONDS", -1.0)


@pytest.fixture
def gateway(layout: LabLayout) -> Path:
    """What a gateway wrote."""
    return data_plane(layout, GATEWAY, "in/gateway", {"app": "gateway"})


@pytest.fixture
def orders(layout: LabLayout) -> Path:
    """What the sidecar of orders wrote."""
    return data_plane(layout, ORDERS, "shop/orders-v2", {"app": "orders", "version": "v2"})


def requests(metrics: RequestMetrics, part: str) -> list[str]:
    """The lines of istio_requests_total."""
    return [one for one in metrics.text(part).splitlines() if one.startswith("istio_requests_total")]


def test_each_request_is_counted_once_however_often_somebody_asks(layout: LabLayout, gateway: Path):
    metrics = RequestMetrics(layout)
    write(gateway, line("source"), line("source"))
    assert requests(metrics, GATEWAY)[0].endswith(" 2")
    write(gateway, line("source"))

    (counter,) = requests(metrics, GATEWAY)
    assert counter.endswith(" 3")
    assert 'source_workload="gateway"' in counter
    text = metrics.text(GATEWAY)
    for name in ("request_duration_milliseconds", "request_bytes", "response_bytes"):
        assert f"\nistio_{name}_count{{" in text, "Istio has these histograms"


def test_a_line_that_is_not_whole_yet_is_read_when_it_is(layout: LabLayout, gateway: Path):
    metrics, written = RequestMetrics(layout), json.dumps(line("source"))
    gateway.write_text(written[:20])
    assert requests(metrics, GATEWAY) == []
    with gateway.open("a") as rest:
        rest.write(f"{written[20:]}\n")
    assert requests(metrics, GATEWAY)[0].endswith(" 1")


def test_the_destination_learns_from_the_source_who_asked(layout: LabLayout, gateway: Path, orders: Path):
    metrics = RequestMetrics(layout)
    write(orders, line("destination"))
    assert requests(metrics, ORDERS) == [], "the source may write its line a moment later"
    write(gateway, line("source"))

    (counter,) = requests(metrics, ORDERS)
    assert 'source_workload="gateway",source_workload_namespace="in"' in counter
    assert 'destination_workload="orders-v2"' in counter


def test_a_client_without_an_envoy_is_counted_once_the_wait_is_over(
    layout: LabLayout, orders: Path, monkeypatch: pytest.MonkeyPatch
):
    metrics = RequestMetrics(layout)
    write(orders, line("destination", remote="127.0.0.1:1"))
    assert requests(metrics, ORDERS) == []
    monkeypatch.setattr(collector, "PATIENCE_SECONDS", 0.0)
    assert 'source_workload="unknown"' in requests(metrics, ORDERS)[0]


def test_a_data_plane_that_was_started_anew_counts_from_nothing(layout: LabLayout, gateway: Path):
    metrics = RequestMetrics(layout)
    write(gateway, line("source"), line("source"))
    assert requests(metrics, GATEWAY)[0].endswith(" 2")
    stop(layout, [records(layout)[GATEWAY]], grace_seconds=0)
    gateway.unlink()
    (gateway.parent / "etc/istio/pod/labels").unlink()
    (gateway.parent / "etc/istio/pod").rmdir()
    (again := data_plane(layout, GATEWAY, "in/gateway", {"app": "gateway"})).touch()
    write(again, line("source"))
    assert requests(metrics, GATEWAY)[0].endswith(" 1"), "Envoy's own counters begin anew, too"


def test_a_part_that_is_no_data_plane_has_no_requests(layout: LabLayout):
    assert RequestMetrics(layout).text("etcd") == ""
