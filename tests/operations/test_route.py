"""`mesh route`: one request, told as text and as JSON."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from tests.operations.conftest import Mesh
from tests.support.stacks import DEMO, settings_of

SERVICES: Mapping[str, Any] = {
    "web": {
        "namespace": "shop",
        "port": 8080,
        "versions": {"v1": {}, "v2": {"trafficPolicy": {"loadBalancer": {"simple": "RANDOM"}}}},
        "weights": {"v1": 90, "v2": 10},
        "testers": [{"match": {"headers": {"x-canary": {"exact": "true"}}}, "version": "v2"}],
        "routes": [
            {"name": "old", "match": [{"path": {"exact": "/old"}}], "redirect": {"path": "/new"}},
            {"name": "api", "match": [{"path": {"exact": "/api"}}], "version": "v1", "rewrite": {"path": "/"}},
        ],
        "timeout": "3s",
        "exposure": [{"gateway": "ingressgateway", "hosts": ["shop.example.com"]}],
    }
}
REASON = "no ALLOW policy is for the workload, and no DENY for the request"
PEERS = "PeerAuthentication istio-system/default"
PRINCIPAL = "cluster.local/ns/istio-ingress/sa/ingressgateway"
OPEN = f"  security    allowed: {REASON}"
MTLS = f"  mtls        PERMISSIVE by {PEERS}; the connection is mutual TLS as {PRINCIPAL}"
VIRTUAL_SERVICE = "VirtualService istio-ingress/ingressgateway-shop.example.com"
RETRIES = {
    "attempts": 2,
    "retryOn": "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
}


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack file with one service in two versions."""
    settings = settings_of(
        DEMO | {"samples": {}, "namespaces": {"shop": {"injection": "enabled"}}, "services": SERVICES}
    )

    def read(_stack: str) -> MeshSettings:
        return settings

    monkeypatch.setattr("operations.route.command.stack_settings", read)


def test_text_tells_the_way_of_a_request_and_what_was_passed_over(mesh: Mesh) -> None:
    done = mesh("route", "GET http://shop.example.com/x")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "GET http://shop.example.com/x",
        "  gateway     istio-ingress/ingressgateway",
        "  resource    Gateway istio-ingress/ingressgateway",
        "  server      80 HTTP *",
        "  host        shop.example.com",
        OPEN,
        "  rule        default",
        f"  of          {VIRTUAL_SERVICE} (mesh.services.web.exposure)",
        "  90 %        web.shop.svc.cluster.local:8080 v1 (version=v1)",
        "              DestinationRule shop/web",
        MTLS,
        OPEN,
        "  10 %        web.shop.svc.cluster.local:8080 v2 (version=v2)",
        '              DestinationRule shop/web {"loadBalancer": {"simple": "RANDOM"}}',
        MTLS,
        OPEN,
        "  timeout     3s",
        f"  retries     {json.dumps(RETRIES)}",
        "passed over:",
        f"  {VIRTUAL_SERVICE} testers-0, match 0: header x-canary: not sent, and has to be 'true'",
        f"  {VIRTUAL_SERVICE} old, match 0: uri: '/x' is not '/old'",
        f"  {VIRTUAL_SERVICE} api, match 0: uri: '/x' is not '/api'",
    ]


def test_text_tells_what_the_service_sees_instead_of_what_was_asked(mesh: Mesh) -> None:
    done = mesh("route", "GET http://shop.example.com/api?a=1")
    assert "  path        /?a=1 instead of /api?a=1" in done.stdout.splitlines(), done.stdout


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ("GET http://shop.example.com/old", "  answer      301 to http://shop.example.com/new"),
        ("GET http://other.example.com/", "  answer      404, no route takes it"),
        ("GET https://shop.example.com/", "  answer      no connection"),
    ],
)
def test_text_tells_what_the_proxy_itself_answers(mesh: Mesh, request_: str, line: str) -> None:
    assert line in mesh("route", request_).stdout.splitlines()


def test_json_has_the_documented_shape(mesh: Mesh) -> None:
    done = mesh("route", "GET http://shop.example.com/x", "-H", "X-Canary: true", "--json")
    assert json.loads(done.stdout) == {
        "request": {
            "method": "GET",
            "url": "http://shop.example.com/x",
            "path": "/x",
            "headers": {"x-canary": "true"},
        },
        "outcome": "forwarded",
        "through": {
            "proxy": "istio-ingress/ingressgateway",
            "sidecar": False,
            "gateway": "Gateway istio-ingress/ingressgateway",
            "server": "80 HTTP *",
            "domain": "shop.example.com",
        },
        "security": {"decision": "allowed", "reason": REASON},
        "rule": {
            "source": VIRTUAL_SERVICE,
            "name": "testers-0",
            "match": 0,
            "path": "mesh.services.web.exposure",
        },
        "forwarded": {"path": "/x", "authority": "shop.example.com"},
        "destinations": [
            {
                "host": "web.shop.svc.cluster.local",
                "port": 8080,
                "subset": "v2",
                "percent": 100.0,
                "labels": {"version": "v2"},
                "destinationRule": "DestinationRule shop/web",
                "trafficPolicy": {"loadBalancer": {"simple": "RANDOM"}},
                "security": {
                    "decision": "allowed",
                    "reason": REASON,
                    "mtls": "PERMISSIVE",
                    "mtlsPolicy": PEERS,
                    "mutual": True,
                    "principal": PRINCIPAL,
                },
            }
        ],
        "policies": {"timeout": "3s", "retries": RETRIES},
        "passedOver": [],
        "notes": [],
    }


def test_a_request_of_a_workload_goes_through_its_own_proxy(mesh: Mesh) -> None:
    done = mesh("route", "GET http://web:8080/", "--from", "shop/web", "--source-label", "version=v1", "--json")
    found = json.loads(done.stdout)
    assert found["through"] == {"proxy": "shop/web", "sidecar": True, "domain": "web"}
    assert found["rule"]["source"] == "VirtualService shop/web"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["GET shop.example.com"],
            "request: 'GET shop.example.com': the URL has to begin with http:// or https://. Write for example "
            "'GET https://shop.example.com/api'.",
        ),
        (
            ["GET http://web:8080/", "--from", "shop/web", "--source-label", "version"],
            "--source-label: 'version' is not NAME=VALUE. Write for example --source-label version=v1.",
        ),
        (
            ["GET http://shop.example.com/", "--gateway", "edge"],
            "--gateway: the stack has no gateway 'edge'. Choose one of istio-ingress/ingressgateway.",
        ),
    ],
)
def test_a_question_that_cannot_be_understood_is_refused(mesh: Mesh, arguments: list[str], message: str) -> None:
    done = mesh("route", *arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"error: {message}\n")


def test_the_claims_and_the_address_of_a_client_are_taken(mesh: Mesh) -> None:
    done = mesh("route", "GET http://shop.example.com/x", "--claim", "iss=a", "--remote-ip", "192.0.2.7")
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--claim", "sub"], "--claim: 'sub' is not NAME=VALUE. Write for example --claim sub=anna."),
        (["--remote-ip", "here"], "--remote-ip: 'here' is no IP address. Write for example --remote-ip 192.0.2.7."),
    ],
)
def test_what_is_wrong_about_a_client_is_told(mesh: Mesh, options: list[str], expected: str) -> None:
    done = mesh("route", "GET http://shop.example.com/x", *options)
    assert expected in " ".join(done.stderr.split()), "value, rule and fix"
