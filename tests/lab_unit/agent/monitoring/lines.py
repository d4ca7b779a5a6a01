"""Lines as an Envoy of the lab writes them."""

import json
from pathlib import Path
from typing import Any

from lab.layout import LabLayout
from lab.processes import start
from lab.proxy_files import POD_INFO, REQUESTS
from tests.lab_unit.programs import WAIT

ORDERS = {"host": "orders.shop.svc.cluster.local", "name": "orders", "namespace": "shop"}
GATEWAY_PRINCIPAL, ORDERS_PRINCIPAL = (
    "spiffe://cluster.local/ns/in/sa/gateway",
    "spiffe://cluster.local/ns/shop/sa/orders",
)


def line(reporter: str, **fields: Any) -> dict[str, Any]:
    """A request from the gateway to orders, as one of them tells it; what Envoy does not know is None."""
    common: dict[str, Any] = {
        "authority": "orders.example.com",
        "cluster": "outbound|80||orders.shop.svc.cluster.local",
        "code": 200,
        "content_type": None,
        "duration": 7,
        "flags": "-",
        "grpc_status": None,
        "request_body": 1,
        "request_headers": 100,
        "response_body": 2,
        "response_headers": 200,
        "services": [ORDERS],
    }
    told = {
        "source": {
            "own_principal": GATEWAY_PRINCIPAL,
            "upstream_peer": ORDERS_PRINCIPAL,
            "sent_from": "127.0.0.1:50001",
            "upstream_workload": "orders-v2;shop;orders;v2;Kubernetes",
            "local_principal": None,
            "peer_principal": None,
            "remote": "127.0.0.1:40001",
        },
        "destination": {
            "own_principal": None,
            "upstream_peer": None,
            "sent_from": "127.0.0.1:60001",
            "upstream_workload": None,
            "local_principal": ORDERS_PRINCIPAL,
            "peer_principal": GATEWAY_PRINCIPAL,
            "remote": "127.0.0.1:50001",
        },
    }
    return {"reporter": reporter, **common, **told[reporter], **fields}


def data_plane(layout: LabLayout, part: str, proxy: str, labels: dict[str, str]) -> Path:
    """A part that plays a data plane; the file of its requests, which is not there yet."""
    folder = layout.root / part
    (folder / POD_INFO).mkdir(parents=True)
    (folder / POD_INFO / "labels").write_text("".join(f"{key}={json.dumps(value)}\n" for key, value in labels.items()))
    start(layout, part, WAIT, notes={"proxy": proxy, "pod": f"{part}-1"})
    return folder / REQUESTS


def write(file: Path, *lines: dict[str, Any]) -> None:
    """Write lines to the end of a file."""
    with file.open("a") as output:
        output.writelines(f"{json.dumps(one)}\n" for one in lines)
