"""What is right for Istio and wrong for the Gateway API, and what only shows in the objects themselves."""

from typing import Any

import pytest

from components.services.exposure import exposed_hosts
from components.settings.problems import SettingsError
from tests.services.generate import GATEWAYS
from tests.support.stacks import DEMO, settings_of

SERVICE: dict[str, Any] = {"namespace": "bookinfo", "port": 80, "versions": {"v1": {}}}
SHOP: dict[str, Any] = SERVICE | {"api": "gateway"}
PAY: dict[str, Any] = {"namespace": "bookinfo", "hosts": ["a.example.com"], "ports": [{"port": 80, "protocol": "HTTP"}]}


def route(**fields: Any) -> dict[str, Any]:
    """A service with one route."""
    return {"routes": [{"name": "one", "match": [{"path": {"prefix": "/a"}}], "version": "v1"} | fields]}


ROWS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        SHOP | {"headers": {"request": {"set": {"x-a": ""}}}},
        {},
        "services.shop.headers.request.set.x-a: an HTTPRoute takes no empty value. Choose another one, or set `api: "
        "istio`. [MESH-213]",
    ),
    (
        SHOP | route(match=[{"queryParams": {"a b": {"exact": "c"}}}]),
        {},
        "services.shop.routes[0].match[0].queryParams[\"a b\"]: 'a b' is no name that an HTTPRoute takes. Choose "
        "another one, or set `api: istio`. [MESH-213]",
    ),
    (
        SHOP | route(match=[{"path": {"exact": "/a b"}}]),
        {},
        "services.shop.routes[0].match[0].path.exact: '/a b' has signs that a path cannot have. Write them as %XX. "
        "[MESH-213]",
    ),
    (
        SERVICE | route(rewrite={"authority": "a.b"}, headers={"request": {"set": {":authority": "c"}}}),
        {},
        'services.shop.routes[0].headers.request.set[":authority"]: the authority is set in two places. Keep one, best '
        "'rewrite.authority'. [MESH-213]",
    ),
    (
        SERVICE | {"exposure": [{"gateway": "ingressgateway", "hosts": ["a.b.123"]}]},
        {},
        "services.shop.exposure[0].hosts[0]: 'a.b.123' is no host: its last label cannot be a number. For example: "
        "'shop.example.com'. [MESH-213]",
    ),
    (
        SERVICE,
        PAY | {"hosts": ["a.example.com", "a.example.com"]},
        "externals.pay.hosts[1]: 'a.example.com' is given twice. Give each host once. [MESH-213]",
    ),
    (
        SERVICE,
        PAY | {"endpoints": ["a b"]},
        "externals.pay: would make the ServiceEntry 'pay', which is refused at spec.endpoints[0].address: 'a b' is no "
        "host: 'a b' is no label of a DNS name. For example: 'shop.example.com'. [MESH-213]",
    ),
]


@pytest.mark.parametrize(("service", "external", "expected"), ROWS, ids=[row[2].partition(":")[0] for row in ROWS])
def test_what_only_the_written_object_cannot_hold_is_refused(
    service: dict[str, Any], external: dict[str, Any], expected: str
) -> None:
    externals = {"pay": external} if external else {}
    with pytest.raises(SettingsError) as caught:
        settings_of(DEMO | {"gateways": GATEWAYS, "services": {"shop": service}, "externals": externals})
    assert str(caught.value) == f"Pulumi.test.yaml: mesh.{expected}", "what passes the preview must deploy"


def test_a_host_and_one_below_its_asterisk_get_virtual_services_of_their_own() -> None:
    exposure = [{"gateway": "ingressgateway", "hosts": ["*.example.com", "a.example.com", "b.example.com"]}]
    settings = settings_of(DEMO | {"services": {"shop": SERVICE | {"exposure": exposure}}})
    hosts = [one.hosts for one in exposed_hosts(settings.services)]
    assert hosts == [("*.example.com",), ("a.example.com", "b.example.com")], "Istio refuses them in one"
