"""What tokens come to: RequestAuthentications, policies that require a token, and routes by claims."""

import json
from typing import Any

import pytest

from components.platform.manifest import Manifest
from tests.services.shop import shop_objects

KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
"""The public key of RFC 8037, appendix A.2."""
LOGIN: dict[str, Any] = {"issuer": "https://login.example.com", "gateways": ["ingressgateway"]}


def security(changes: dict[str, Any]) -> dict[str, Manifest]:
    """The policies of security by kind and name."""
    found = shop_objects(changes)
    return {f"{kind}/{name}": one for (kind, name), one in found.items() if one["apiVersion"] == "security.istio.io/v1"}


def test_a_token_is_checked_at_the_pods_of_the_gateway() -> None:
    (policy,) = security({"jwt": {"login": LOGIN}}).values()
    metadata = policy["metadata"]
    assert (policy["kind"], metadata["namespace"], metadata["name"]) == (
        "RequestAuthentication",
        "istio-ingress",
        "login",
    ), "a selector is for pods of its own namespace"
    assert policy["spec"] == {
        "selector": {"matchLabels": {"istio": "ingressgateway"}},
        "jwtRules": [{"issuer": "https://login.example.com"}],
    }, "and nothing that was not said"


def test_everything_that_is_said_of_a_token_arrives() -> None:
    said = {
        "jwksUri": "https://login.example.com/keys",
        "audiences": ["shop"],
        "fromHeaders": [{"name": "x-jwt", "prefix": "JWT "}, {"name": "x-other"}],
        "fromParams": ["token"],
        "fromCookies": ["session"],
        "forwardOriginalToken": True,
        "outputPayloadToHeader": "x-payload",
        "outputClaimToHeaders": [{"header": "x-sub", "claim": "sub"}],
        "timeout": "2s",
    }
    (policy,) = security({"jwt": {"login": LOGIN | said}}).values()
    assert policy["spec"]["jwtRules"] == [{"issuer": "https://login.example.com", **said}], "in Istio's own words"


@pytest.mark.parametrize("keys", [{"keys": [KEY]}, json.dumps({"keys": [KEY]})], ids=["map", "text"])
def test_keys_may_be_written_as_yaml_or_as_the_issuer_shows_them(keys: object) -> None:
    (policy,) = security({"jwt": {"login": LOGIN | {"jwks": keys}}}).values()
    assert json.loads(policy["spec"]["jwtRules"][0]["jwks"]) == {"keys": [KEY]}, "Istio takes text"


def test_requests_without_a_token_are_refused_where_one_is_required() -> None:
    found = security({"jwt": {"login": LOGIN | {"required": True}}})
    assert found["AuthorizationPolicy/login-required"]["spec"] == {
        "selector": {"matchLabels": {"istio": "ingressgateway"}},
        "action": "DENY",
        "rules": [
            {
                "from": [{"source": {"notRequestPrincipals": ["https://login.example.com/*"]}}],
                "to": [{"operation": {"ports": ["80"]}}],
            }
        ],
    }, "without ports, what passes the gateway as TLS would be refused as well"


@pytest.mark.parametrize("host", ["*", "stock.*"])
def test_a_host_with_any_end_is_left_as_it_is(host: str) -> None:
    jwt = {"issuer": "https://login.example.com", "services": ["stock"], "required": {"hosts": [host]}}
    found = security({"jwt": {"login": jwt}, "services.stock.targetPort": 8081})
    (operation,) = found["AuthorizationPolicy/login-required"]["spec"]["rules"][0]["to"]
    assert operation["operation"]["hosts"] == [host], "a port is behind it already, and a second '*' would be a letter"


def test_a_token_is_required_at_every_port_of_a_service_that_sees_requests() -> None:
    jwt = {"issuer": "https://login.example.com", "services": ["stock"], "required": True}
    further = [{"port": 9090, "targetPort": 9091}, {"port": 5432, "protocol": "TCP"}]
    found = security({"jwt": {"login": jwt}, "services.stock.targetPort": 8081, "services.stock.ports": further})
    (operation,) = found["AuthorizationPolicy/login-required"]["spec"]["rules"][0]["to"]
    assert operation["operation"] == {"ports": ["8081", "9091"]}, "one port without it would be a way around"


def test_a_token_may_be_required_for_some_requests_only() -> None:
    required = {"hosts": ["shop.example.com"], "methods": ["POST"], "paths": ["/api/*"], "notPaths": ["/api/health"]}
    found = security({"jwt": {"login": LOGIN | {"required": required}}})
    (operation,) = found["AuthorizationPolicy/login-required"]["spec"]["rules"][0]["to"]
    assert operation["operation"] == {
        "hosts": ["shop.example.com", "shop.example.com:*"],
        "methods": ["POST"],
        "paths": ["/api/*"],
        "notPaths": ["/api/health"],
        "ports": ["80"],
    }, "a client that names the port in its Host header must not get around it"


def test_a_port_that_only_redirects_goes_on_redirecting() -> None:
    servers = [
        {"port": 80, "protocol": "HTTP", "hosts": ["shop.example.com"], "tls": {"httpsRedirect": True}},
        {
            "port": 443,
            "protocol": "HTTPS",
            "hosts": ["shop.example.com"],
            "tls": {"mode": "SIMPLE", "credential": "shop"},
        },
        {"port": 8443, "protocol": "TLS", "hosts": ["vault.example.com"], "tls": {"mode": "PASSTHROUGH"}},
    ]
    changes = {
        "tls.shop": {"kind": "existing", "secretName": "shop-tls"},
        "gateways.ingressgateway.servers": servers,
        "jwt": {"login": LOGIN | {"required": True}},
    }
    (operation,) = security(changes)["AuthorizationPolicy/login-required"]["spec"]["rules"][0]["to"]
    assert operation["operation"]["ports"] == ["443"], "who has no token yet should still be sent to https"


def test_a_request_needs_one_of_the_tokens_that_are_taken() -> None:
    other = {**LOGIN, "issuer": "https://other.example.com"}
    found = security({"jwt": {"login": LOGIN | {"required": True}, "other": other | {"required": True}}})
    wanted = ["https://login.example.com/*", "https://other.example.com/*"]
    for name in ("login", "other"):
        (source,) = found[f"AuthorizationPolicy/{name}-required"]["spec"]["rules"][0]["from"]
        assert source["source"]["notRequestPrincipals"] == wanted, "no request has a token of both"


def test_a_requirement_can_be_tried() -> None:
    found = security({"jwt": {"login": LOGIN | {"required": True, "stage": "audit"}}})
    policy = found["AuthorizationPolicy/login-required-dry-run"]
    assert policy["metadata"]["annotations"] == {"istio.io/dry-run": "true"}, "so that nobody is shut out unseen"


def test_a_service_checks_tokens_at_its_own_pods() -> None:
    jwt = {"issuer": "https://login.example.com", "services": ["stock"], "required": True}
    found = security({"jwt": {"login": jwt}, "services.stock.targetPort": 8081})
    for policy in found.values():
        assert policy["metadata"]["namespace"] == "stock", "a selector is for pods of its own namespace"
        assert policy["spec"]["selector"] == {"matchLabels": {"app": "stock"}}, "those of the service"
    (operation,) = found["AuthorizationPolicy/login-required"]["spec"]["rules"][0]["to"]
    assert operation["operation"] == {"ports": ["8081"]}, "Envoy sees the port of the pod"


def test_of_several_places_each_has_policies_of_its_own() -> None:
    jwt = {**LOGIN, "services": ["stock"]}
    assert sorted(security({"jwt": {"login": jwt}})) == [
        "RequestAuthentication/login-ingressgateway",
        "RequestAuthentication/login-stock",
    ], "two in one namespace would overwrite each other"


CLAIMS: dict[str, Any] = {
    "jwt": {"login": LOGIN},
    "services.reviews.exposure": [{"gateway": "ingressgateway", "hosts": ["shop.example.com"]}],
    "services.reviews.routes": [
        {
            "name": "dev",
            "match": [{"claims": {"group": {"exact": "dev"}, "realm.Roles": {"prefix": "a"}}}],
            "version": "v2",
        }
    ],
}


def test_a_route_by_claims_is_one_by_istios_own_headers() -> None:
    exposed = [one["spec"] for (kind, _), one in shop_objects(CLAIMS).items() if kind == "VirtualService"]
    (route,) = [one["http"][0] for one in exposed if one["hosts"] == ["shop.example.com"]]
    assert route["match"] == [
        {
            "headers": {
                "@request.auth.claims[group]": {"exact": "dev"},
                "@request.auth.claims[realm][Roles]": {"prefix": "a"},
            }
        }
    ], "names of claims keep their case"


def test_within_the_mesh_a_route_by_claims_is_left_out() -> None:
    routes = shop_objects(CLAIMS)["VirtualService", "reviews"]["spec"]["http"]
    assert [one["name"] for one in routes] == ["default"], "Istio refuses it, and no sidecar knows claims"


def test_a_raw_request_authentication_at_the_gateway_is_enough_for_claims() -> None:
    raw = {
        "apiVersion": "security.istio.io/v1",
        "kind": "RequestAuthentication",
        "metadata": {"name": "own", "namespace": "istio-ingress"},
        "spec": {
            "selector": {"matchLabels": {"istio": "ingressgateway"}},
            "jwtRules": [{"issuer": "https://login.example.com"}],
        },
    }
    assert shop_objects({**CLAIMS, "jwt": {}, "resources": [raw]}), "the checks know objects in Istio's own words too"
