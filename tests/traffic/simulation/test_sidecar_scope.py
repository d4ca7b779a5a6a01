"""What a Sidecar lets a proxy know."""

from typing import Any

import pytest

from components.traffic.simulation.results import Outcome
from tests.traffic.simulation.meshes import mesh, sent
from tests.traffic.simulation.stacks import istio


def scope(name: str, *hosts: str, namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    """A Sidecar that opens these hosts."""
    return istio("Sidecar", name, namespace, egress=[{"hosts": list(hosts)}], **spec)


@pytest.mark.parametrize(
    ("sidecars", "used"),
    [
        ([scope("own", "./*", workloadSelector={"labels": {"app": "web"}}), scope("all", "./*")], "Sidecar shop/own"),
        ([scope("own", "./*", workloadSelector={"labels": {"app": "x"}}), scope("all", "./*")], "Sidecar shop/all"),
        ([scope("root", "./*", namespace="istio-system")], "Sidecar istio-system/root"),
        ([scope("bank", "./*", namespace="bank")], None),
    ],
)
def test_the_sidecar_of_the_workload_comes_before_those_of_its_namespace_and_of_the_root(
    sidecars: list[dict[str, Any]], used: str | None
) -> None:
    found = sent("http://basket:8080/", mesh(*sidecars))
    assert found.way is not None
    assert found.way.scope == used


@pytest.mark.parametrize(
    ("hosts", "known"),
    [
        (["./*"], {"basket"}),
        (["bank/*"], {"pay"}),
        (["*/pay.bank.svc.cluster.local"], {"pay"}),
        (["~/*"], set[str]()),
        (["*/*"], {"basket", "pay"}),
    ],
)
def test_a_sidecar_opens_what_it_names(hosts: list[str], known: set[str]) -> None:
    there = mesh(scope("own", *hosts))
    urls = {"basket": "http://basket:8080/", "pay": "http://pay.bank/"}
    assert {name for name, url in urls.items() if sent(url, there).action.outcome is Outcome.FORWARDED} == known


def test_what_a_sidecar_hides_is_told() -> None:
    there = mesh(scope("own", "./*", outboundTrafficPolicy={"mode": "REGISTRY_ONLY"}))
    found = sent("http://pay.bank/", there)
    assert found.action.outcome is Outcome.BLOCKED
    assert found.notes == (
        "the caller's proxy knows no 'pay.bank' at port 80",
        "the mesh knows it, but Sidecar shop/own does not open it to the caller",
        "outboundTrafficPolicy is REGISTRY_ONLY",
    )


def test_a_sidecar_with_a_listener_for_the_port_opens_only_its_hosts() -> None:
    listeners = [{"port": {"number": 80, "protocol": "HTTP", "name": "http"}, "hosts": ["bank/*"]}, {"hosts": ["./*"]}]
    there = mesh(istio("Sidecar", "own", egress=listeners))
    outcomes = [sent(url, there).action.outcome for url in ("http://pay.bank/", "http://basket:8080/")]
    assert outcomes == [Outcome.FORWARDED, Outcome.FORWARDED]
