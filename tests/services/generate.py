"""Stacks with random services, cut back until the program's checks take them."""

import json
from typing import Any

from hypothesis import strategies as st

from components.settings.mesh import MeshSettings
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError
from tests.security.generate import AUTHORIZATION, CALL, CALLER, TOKEN
from tests.services.draw import (
    DURATION,
    EXTERNALS,
    HOSTS,
    NAMES,
    NAMESPACES,
    OUTSIDE,
    VERSIONS,
    Fields,
    either,
    lists,
    maps,
    some,
)
from tests.support.stacks import DEMO
from tests.traffic.generate import ISTIO, without


def _condition(word: str, text: str) -> dict[str, Any]:
    return {word: text}


def _regex(text: str) -> dict[str, Any]:
    return {"regex": text}


PERCENT = either(0, 10, 50, 100, 0.1, 0.00001)
PATHS = either("/", "/api", "/api/", "/api/v2", "/a.b/(c)", "/%7Euser", "/a b", "api", "/API", "/\\1")
REGEX = either("a.*", "/a|/b", ".*", "[", "(?i)a", "(?=a)", "")
PRESENT: st.SearchStrategy[dict[str, Any]] = st.just({"present": True})
TEXT = st.one_of(
    st.builds(_condition, either("exact", "prefix"), either("a", "b", "A b", "", "%")),
    st.builds(_regex, REGEX),
)
PATH = st.one_of(
    st.builds(_condition, either("exact", "prefix"), PATHS),
    st.builds(_regex, REGEX),
)
HEADERS = ("x-a", "X-B", "user-agent", ":authority", "x a")
MATCH = some(
    {
        "path": PATH,
        "ignoreUriCase": st.booleans(),
        "method": either("GET", "POST", "TRACE"),
        "headers": maps(HEADERS, TEXT | PRESENT),
        "withoutHeaders": maps(HEADERS, TEXT | PRESENT),
        "queryParams": maps(("q", "Q", "a b"), TEXT),
        "authority": TEXT,
        "sourceLabels": maps(("app", "example.com/team"), either("a", "")),
        "sourceNamespace": either(*NAMESPACES, "other"),
        "claims": maps(("group", "realm.roles", "https://a.example.com/x", "a..b"), TEXT),
    }
)
NARROW = some({"method": either("GET"), "headers": maps(("x-a", "x-b"), TEXT)}, {"path": PATH})
OPERATIONS = some(
    {
        "set": maps((*HEADERS, "x-é"), either("a", "", "%REQ(x)%", "%", "é")),
        "add": maps(HEADERS, either("a", "")),
        "remove": lists(either(*HEADERS)),
    }
)
ORIGIN = st.builds(_condition, st.just("exact"), either("https://a.example.com", "*")) | TEXT
POLICIES: Fields = {
    "timeout": DURATION,
    "retries": some(
        {
            "perTryTimeout": DURATION,
            "retryOn": lists(either("5xx", "503", "reset", "nope", "599")),
            "backoff": DURATION,
        },
        {"attempts": either(0, 1, 3, 100)},
    ),
    "fault": some(
        {
            "delay": some({}, {"percentage": PERCENT, "fixedDelay": DURATION}),
            "abort": some(
                {"httpStatus": either(200, 503, 599), "grpcStatus": either("UNAVAILABLE", "X")}, {"percentage": PERCENT}
            ),
        }
    ),
    "mirrors": lists(some({"service": either(*NAMES), "version": either(*VERSIONS), "percentage": PERCENT})),
    "headers": some({"request": OPERATIONS, "response": OPERATIONS}),
    "corsPolicy": some(
        {
            "allowMethods": lists(either("GET", "OPTIONS")),
            "allowHeaders": lists(either("x-a", "*", "x a")),
            "exposeHeaders": lists(either("x-a", "*")),
            "maxAge": DURATION,
            "allowCredentials": st.booleans(),
        },
        {"allowOrigins": lists(ORIGIN)},
    ),
}
ACTIONS: Fields = {
    "redirect": some(
        {
            "path": PATHS,
            "authority": either("a.example.com", "*"),
            "scheme": either("http", "https"),
            "port": either(80, 8443),
            "code": either(301, 302, 304, 308),
        }
    ),
    "directResponse": some({"body": either("", "ok")}, {"status": either(200, 503)}),
    "delegate": some({}, {"name": either("other"), "namespace": either(*NAMESPACES)}),
    "rewrite": some({"path": PATHS, "prefix": PATHS, "authority": either("a.example.com", "*")}),
}
WEIGHTS = either({"v1": 90, "v2": 10}, {"v1": 100, "v2": 0}, {"v1": 100}, {"v1": 50, "v2": 40})
TARGETS: Fields = {
    "version": either(*VERSIONS),
    "weights": WEIGHTS,
    "destinations": either(
        [{"service": "beta"}], [{"version": "v1", "weight": 30}, {"service": "alpha", "version": "v2", "weight": 70}]
    ),
}
ROUTE = some(
    POLICIES | ACTIONS | TARGETS, {"name": either("one", "two", "three", "four"), "match": lists(NARROW | MATCH)}
)
TRAFFIC_POLICY = some(
    {
        "connectionPool": either(
            {"tcp": {"maxConnections": 10, "connectTimeout": "1s"}},
            {"http": {"http2MaxRequests": 0, "maxRetries": 2, "h2UpgradePolicy": "UPGRADE"}},
            {},
        ),
        "loadBalancer": either(
            {"simple": "LEAST_REQUEST", "warmup": {"duration": "10s", "aggression": 1}},
            {"consistentHash": {"httpCookie": {"name": "user", "ttl": "0s"}}},
            {"localityLbSetting": {"failover": [{"from": "eu", "to": "us"}]}, "simple": "ROUND_ROBIN"},
        ),
        "outlierDetection": either({"consecutive5xxErrors": 5, "maxEjectionPercent": 50}, {"interval": "0s"}, {}),
        "tls": either({"mode": "ISTIO_MUTUAL"}, {"mode": "MUTUAL"}, {"mode": "DISABLE"}),
        "portLevelSettings": either([], [{"port": {"number": 80}, "tls": {"mode": "DISABLE"}}]),
    }
)
VERSION = some({"labels": either({"version": "x"}, {"a b": "x"}), "trafficPolicy": TRAFFIC_POLICY})
PORT = some(
    {"protocol": either("HTTP", "TCP", "TLS"), "targetPort": either(8080), "trafficPolicy": TRAFFIC_POLICY},
    {"port": either(90, 9443)},
)
EXPOSURE = some(
    {"paths": lists(PATH), "port": either(90, 9443)},
    {"gateway": either("ingressgateway", "kubernetes"), "hosts": lists(either(*HOSTS))},
)
SERVICE = some(
    POLICIES
    | {
        "name": either("named", "other"),
        "targetPort": either(8080),
        "ports": lists(PORT),
        "protocol": either("HTTP", "HTTP", "HTTP", "HTTP2", "GRPC", "TCP", "TLS"),
        "api": either("istio", "gateway"),
        "selector": either({"app": "a"}),
        "weights": WEIGHTS,
        "testers": lists(some({}, {"match": NARROW, "version": either(*VERSIONS)})),
        "trafficPolicy": TRAFFIC_POLICY,
        "exposure": lists(EXPOSURE),
        "calls": st.lists(either(*NAMES, *EXTERNALS) | CALL, max_size=3),
        "callers": st.lists(CALLER, max_size=2),
        "serviceAccount": either("own", "a.b"),
    },
    {
        "namespace": either(*NAMESPACES),
        "port": either(80, 443, 9080, 65535),
        "versions": st.fixed_dictionaries({"v1": VERSION, "v2": VERSION}),
        "routes": st.lists(ROUTE, max_size=3),
    },
)
EXTERNAL = some(
    {
        "resolution": either("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"),
        "endpoints": lists(either("192.0.2.7", "2001:db8::1", "db.example.com", "a b")),
        "egressGateway": either("egress"),
        "tlsOrigination": some(
            {
                "mode": either("SIMPLE", "MUTUAL"),
                "credentialName": either("client"),
                "sni": either("*", "a.example.com"),
                "subjectAltNames": lists(either("a.example.com", "spiffe://a")),
            },
            {"port": either(80)},
        ),
        "trafficPolicy": TRAFFIC_POLICY,
    },
    {
        "namespace": either(*NAMESPACES),
        "hosts": lists(either(*OUTSIDE, "10.0.0.1", "com", "a.b.123")),
        "ports": either(
            [{"port": 80, "protocol": "HTTP"}],
            [{"port": 443, "protocol": "TLS"}],
            [{"port": 443, "protocol": "HTTPS"}, {"port": 80, "protocol": "HTTP"}],
            [{"port": 3306, "protocol": "TCP", "targetPort": 13306}],
        ),
    },
)
_HTTP = {"port": 80, "protocol": "HTTP", "hosts": ["*"]}
_TLS = {"port": 8443, "protocol": "TLS", "hosts": ["shop.example.com"], "tls": {"mode": "PASSTHROUGH"}}
_TCP = {"port": 9000, "protocol": "TCP", "hosts": ["*"]}
GATEWAYS: dict[str, Any] = {
    "ingressgateway": {"namespace": "istio-ingress", "servers": [_HTTP, _TLS, _TCP]},
    "kubernetes": {"namespace": "istio-ingress", "api": "gateway", "servers": [_HTTP]},
    "egress": {
        "namespace": "istio-ingress",
        "servers": [{"port": 443, "protocol": "TLS", "hosts": ["x.example.net"], "tls": {"mode": "PASSTHROUGH"}}],
        "service": {"type": "ClusterIP", "ports": [{"name": "tls", "port": 443}]},
    },
}


_ASKED = {
    "extensionProviders": [{"name": "ext", "envoyExtAuthzHttp": {"service": "a.b.svc.cluster.local", "port": 80}}]
}


def _stack(
    services: dict[str, Any], externals: dict[str, Any], authorization: dict[str, Any] | None, jwt: dict[str, Any]
) -> dict[str, Any]:
    rest = {key: value for key, value in DEMO.items() if key != "samples"}
    own = {"authorization": authorization} if authorization else {}
    around = {"istio": {"version": ISTIO}, "gateways": GATEWAYS, "meshConfig": _ASKED}
    return rest | around | {"services": services, "externals": externals, "jwt": jwt} | own


STACKS: st.SearchStrategy[dict[str, Any]] = st.builds(
    _stack,
    st.dictionaries(st.sampled_from(NAMES), SERVICE, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(EXTERNALS), EXTERNAL, max_size=2),
    st.none() | AUTHORIZATION,
    st.dictionaries(st.sampled_from(("login", "other")), TOKEN, max_size=2),
)
"""A `mesh` object that may be right or wrong."""


def accepted_stack(mesh: dict[str, Any]) -> MeshSettings | None:
    """The settings of a stack without what the program refuses; None when that is more than services."""
    while True:
        try:
            return parse_settings(json.dumps(mesh), "Pulumi.test.yaml")
        except SettingsError as error:
            path = error.problems[0].path
            if path[0] not in ("services", "externals", "authorization", "jwt") or len(path) == 1:
                return None
            mesh = without(mesh, path)
