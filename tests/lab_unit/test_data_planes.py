"""Which data planes a lab knows, and which of them end."""

import httpx
import pytest

from lab.data_planes import data_planes, stop_departed
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.processes import process_of, records, start
from tests.lab_unit.api_server import ApiServer
from tests.lab_unit.programs import WAIT


def run_data_plane(layout: LabLayout, name: str) -> None:
    """What `run_proxy` starts for a Deployment in the namespace `shop`, whose pod is NAME-1."""
    start(layout, f"envoy-shop.{name}", WAIT, notes={"pod": f"{name}-1", "proxy": f"shop/{name}"})
    start(layout, f"bridge-shop.{name}", WAIT)


@pytest.fixture
def api(layout: LabLayout, server: ApiServer) -> KubeApi:
    """A client of the server."""
    return KubeApi(server.kubeconfig(layout.kubeconfig))


def test_a_data_plane_is_its_agent_and_its_bridge(layout: LabLayout) -> None:
    run_data_plane(layout, "orders")
    run_data_plane(layout, "orders-bridge")
    names = {workload: [part.name for part in parts] for workload, parts in data_planes(layout).items()}
    assert names == {
        "shop/orders": ["envoy-shop.orders", "bridge-shop.orders"],
        "shop/orders-bridge": ["envoy-shop.orders-bridge", "bridge-shop.orders-bridge"],
    }, "whatever a workload is called"


def test_the_data_plane_of_a_pod_that_is_gone_is_stopped(layout: LabLayout, server: ApiServer, api: KubeApi) -> None:
    run_data_plane(layout, "orders")
    run_data_plane(layout, "stock")
    server.put_pod("stock-1", namespace="shop")
    stopped = [process_of(part) for part in data_planes(layout)["shop/orders"]]
    with api:
        stop_departed(layout, api)
    assert set(records(layout)) == {"envoy-shop.stock", "bridge-shop.stock"}, "only its own"
    assert not any(process and process.is_running() for process in stopped), "both of its processes have ended"


def test_no_data_plane_is_stopped_while_nobody_knows_whether_its_pod_is_there(
    layout: LabLayout, server: ApiServer, api: KubeApi
) -> None:
    run_data_plane(layout, "orders")
    server.down = True
    with api, pytest.raises(httpx.HTTPStatusError):
        stop_departed(layout, api)
    assert len(records(layout)) == 2, "an API server that is late is no reason to end it"
