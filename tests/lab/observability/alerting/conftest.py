"""One stack with alerts, the monitoring stack of a team beside it, and an Envoy for each side of a request."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.monitoring import run_monitoring
from lab.proxy import Proxy, run_proxy
from tests.lab.conftest import Lab
from tests.lab.observability.alerting.asking import Prometheus, Webhook, listening
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually
from tests.lab.traffic.workloads import apply, of_services

HERE = Path(__file__).parent
MESH: dict[str, Any] = yaml.safe_load((HERE / "stack.yaml").read_text(encoding="utf-8"))
# Those that are asked through their sidecars, so that the destination reports, too.
WITH_SIDECAR = ("orders", "search")

KINDS = (
    *("prometheuses", "prometheusrules", "servicemonitors", "podmonitors", "probes"),
    *("alertmanagers", "alertmanagerconfigs"),
)


@pytest.fixture(scope="package")
def webhook() -> Iterator[Webhook]:
    """Who is told of alerts."""
    with listening() as webhook:
        yield webhook


@pytest.fixture(scope="package")
def stack(lab: Lab, webhook: Webhook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack with its services, in a cluster in which prometheus-operator's kinds and objects are."""
    crds = lab.kubectl("apply", "--server-side", *_crds(lab))
    assert crds.returncode == 0, crds.stderr
    receivers = {"test": {"kind": "webhook", "url": webhook.url}}
    mesh = {**MESH, "alerts": {**MESH["alerts"], "receivers": receivers}}
    own = OwnStack(lab, tmp_path_factory.mktemp("observability"), "observability", mesh)
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        made = lab.kubectl("apply", f"--filename={HERE / 'monitoring.yaml'}")
        assert made.returncode == 0, made.stderr
        apply(lab, of_services(MESH))
        yield own
    finally:
        lab.kubectl("delete", f"--filename={HERE / 'monitoring.yaml'}", "--ignore-not-found", "--wait=false")
        own.destroy()
        lab.kubectl("delete", *_crds(lab), "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="package")
def proxies(stack: OwnStack) -> Mapping[str, Proxy]:
    """The data planes that run: the gateway's, and sidecars by service."""
    layout, programs = stack.lab.layout, stack.lab.programs
    sidecars = {name: run_proxy(layout, programs, f"shop/{name}-v1") for name in WITH_SIDECAR}
    gateway = run_proxy(layout, programs, "istio-ingress/ingressgateway")
    # istiod measures its pushes, of which there is none to these Envoys until something changes.
    changed = stack.lab.kubectl("apply", f"--filename={HERE / 'change.yaml'}")
    assert changed.returncode == 0, changed.stderr
    return {**sidecars, "ingressgateway": gateway}


@pytest.fixture(scope="package")
def visitor(proxies: Mapping[str, Proxy]) -> Iterator[Visitor]:
    """Somebody outside who asks the gateway, once its routes lead to pods."""
    with Visitor(proxies["ingressgateway"].listeners[80]) as somebody:
        for service in MESH["services"]:
            host = f"{service}.example.com"
            eventually(lambda host=host: somebody.ask(host).status_code == 200, f"{host} is served")
        yield somebody


@pytest.fixture(scope="package")
def prometheus(stack: OwnStack) -> Iterator[Prometheus]:
    """The Prometheus that the operator made of its object, once its rules were evaluated."""
    found = run_monitoring(stack.lab.layout, stack.lab.programs, print)
    client = Prometheus(found.prometheus["monitoring/mesh"])
    try:
        eventually(lambda: _evaluated(client), "every rule is evaluated")
        yield client
    finally:
        client.close()


def _crds(lab: Lab) -> list[str]:
    """The kinds that this test needs, for kubectl; the others would take the API server a while."""
    folder = lab.programs["prometheus-operator-crds"]
    return [f"--filename={folder}/monitoring.coreos.com_{kind}.yaml" for kind in KINDS]


def _evaluated(prometheus: Prometheus) -> bool:
    rules = [rule for group in prometheus.get("/rules")["groups"] for rule in group["rules"]]
    return bool(rules) and all(rule["health"] != "unknown" for rule in rules)
