"""Random callers, authorization and tokens, right and wrong."""

from hypothesis import strategies as st

from tests.services.draw import DURATION, EXTERNALS, HOSTS, NAMES, NAMESPACES, Fields, either, lists, maps, some

ASKED: Fields = {
    "methods": lists(either("GET", "POST")),
    "paths": lists(either("/a", "/a/*", "*.html", "/{*}/a/{**}", "/{**}/{*}", "a", "*", "/a*b")),
    "ports": lists(either(80, 8080)),
}
VALUES = lists(either("a", "a*", "*a", "*", "a*b", ""))
WHO: Fields = {
    "services": lists(either(*NAMES)),
    "gateways": lists(either("ingressgateway", "nobody")),
    "serviceAccounts": lists(either("own", "other/own", "a/b/c", "*")),
    "principals": lists(either("cluster.local/ns/a/sa/b", "*/sa/b", "*", "spiffe://a/ns/b/sa/c", "a")),
    "namespaces": lists(either("a", "a-*", "a.b")),
    "ipBlocks": lists(either("10.0.0.0/8", "2001:db8::/32", "192.0.2.7", "10.0.0.1/8", "x")),
    "remoteIpBlocks": lists(either("203.0.113.0/24", "203.0.113.0/33")),
    "requestPrincipals": lists(either("https://a.example.com/*", "*", "a/b")),
}
WHO_NOT: Fields = {
    f"not{name[0].upper()}{name[1:]}": one for name, one in WHO.items() if name not in ("services", "gateways")
}
CALL = some(ASKED, {"service": either(*NAMES, *EXTERNALS)})
CALLER = some({**WHO, **ASKED, "claims": maps(("group", "realm.roles"), VALUES), "reason": either("a reason")})
OPERATION = some(
    {
        **ASKED,
        "hosts": lists(either("a.example.com", "*.example.com", "a:*", "https://a")),
        "notPaths": ASKED["paths"],
        "notMethods": ASKED["methods"],
        "notPorts": ASKED["ports"],
        "notHosts": lists(either("b.example.com")),
    }
)
CONDITION = some(
    {"values": VALUES, "notValues": VALUES},
    {"key": either("request.headers[x-a]", "request.auth.claims[a][b]", "connection.sni", "source.ip", "source.port")},
)
WHERE: Fields = {
    "services": lists(either(*NAMES)),
    "gateways": lists(either("ingressgateway", "kubernetes", "egress")),
    "namespaces": lists(either(*NAMESPACES, "istio-system")),
    "targetRefs": lists(
        some({}, {"kind": either("Gateway", "Service"), "name": either("own"), "namespace": either(*NAMESPACES)})
    ),
    "to": lists(OPERATION),
    "when": lists(CONDITION),
}
STAGE = either("audit", "enforce")
RULE = some(
    {
        **WHERE,
        "from": lists(some({**WHO, **WHO_NOT})),
        "mesh": st.just(True),
        "stage": STAGE,
        "reason": either("a", "b"),
    },
    {"action": either("ALLOW", "DENY", "AUDIT")},
)
EXCEPTION = some({**WHERE, "until": either("2027-01-31", "2027-02-30")}, {"from": lists(some({**WHO, **WHO_NOT}))})
ASKING = some(
    {**WHERE, "from": lists(some({"ipBlocks": WHO["ipBlocks"], "namespaces": WHO["namespaces"]})), "stage": STAGE},
    {"provider": either("ext", "ext", "none")},
)
AUTHORIZATION = some(
    {
        "defaultDeny": either("none", "services", "namespaces", "mesh"),
        "namespaces": maps(NAMESPACES, some({"stage": STAGE, "defaultDeny": either("none", "services", "namespace")})),
        "exceptions": maps(("old", "older"), EXCEPTION),
        "external": maps(("asked", "told"), ASKING),
        "rules": maps(("one", "two"), RULE),
    },
    {"stage": STAGE},
)
KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
TOKEN = some(
    {
        "jwksUri": either("https://a.example.com/keys", "a"),
        "jwks": either({"keys": [KEY]}, {"keys": []}),
        "audiences": lists(either("a", "b")),
        "fromHeaders": lists(some({"prefix": either("JWT ")}, {"name": either("x-jwt", "x a")})),
        "fromParams": lists(either("token")),
        "forwardOriginalToken": st.booleans(),
        "outputPayloadToHeader": either("x-payload"),
        "outputClaimToHeaders": lists(
            some({}, {"header": either("x-sub", "x.a", "X_Y"), "claim": either("sub", "a.b")})
        ),
        "timeout": DURATION,
        "services": lists(either(*NAMES)),
        "required": st.booleans()
        | some({"hosts": lists(either(*HOSTS)), "paths": ASKED["paths"], "notPaths": ASKED["paths"]}),
        "stage": STAGE,
    },
    {
        "issuer": either("https://a.example.com", "https://b.example.com", "a"),
        "gateways": lists(either("ingressgateway", "egress")),
    },
)
