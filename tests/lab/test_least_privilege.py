"""Roles, network policies and a closed istiod on a real cluster: what docs/roles.md and docs/security.md say of them.

The lab has no network plugin, so that its API server takes policies and nothing enforces them; what they let through is
proven without a cluster, in tests/security/network_policies.
"""

import json
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from components.security.network_policies.specs import network_policies
from lab.kube_api import KubeApi
from lab.processes import records
from lab.proxy import run_proxy
from lab.readiness import wait_until
from operations.reference.roles import Row, matrix
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.support.certificates import server
from tests.support.stacks import settings_of

pytestmark = pytest.mark.lab

GROUPS = {"meshAdmin": "platform", "gatewayOwner": "edge", "applicationTeam": "shop", "viewer": "auditors"}
PLACES = {
    "application": "bookinfo",
    "gateway": "istio-ingress",
    "istiod": "istio-system",
    "other": "default",
    "cluster": "",
}
HOST = "shop.example.com"
MESH: dict[str, Any] = {
    "profile": "production",
    "istio": {"version": "1.30.3"},
    "cluster": {"context": "prod"},
    "deletionProtection": False,
    "meshConfig": {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}},
    "namespaces": {"bookinfo": {"injection": "enabled"}},
    "gateways": {
        "ingressgateway": {
            "namespace": "istio-ingress",
            "servers": [{"port": 80, "protocol": "HTTP", "hosts": ["*.example.com"]}],
        },
        "shopfront": {
            "namespace": "shopfront",
            "api": "gateway",
            "servers": [
                {"port": 443, "protocol": "HTTPS", "hosts": [HOST], "tls": {"mode": "SIMPLE", "credential": "shop"}}
            ],
        },
    },
    "tls": {"shop": {"kind": "existing", "secretName": "shop"}},
    "networkPolicies": {
        "apiServer": ["192.0.2.0/24"],
        "monitoring": {"namespace": "monitoring", "podLabels": {"app": "prometheus"}},
    },
    "roles": {
        "groups": [*GROUPS.values(), "guests"],
        "meshAdmin": ["platform"],
        "gatewayOwner": {"ingressgateway": ["edge"]},
        "applicationTeam": {"bookinfo": ["shop"]},
        "viewer": {"everywhere": ["auditors"], "namespaces": {"bookinfo": ["guests"]}},
    },
}


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """A mesh in production with the four roles and with network policies, gone at the end."""
    stack = OwnStack(lab, tmp_path_factory.mktemp("least-privilege"), "least-privilege", MESH)
    try:
        done = stack.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        yield stack
    finally:
        stack.destroy()


def asked(api: KubeApi, group: str, verb: str, resource: str, namespace: str) -> bool:
    """What the API server's own authorization says; a resource is `PLURAL[/SUBRESOURCE]` or `PLURAL.GROUP`."""
    name, _, api_group = resource.partition(".")
    plural, _, below = name.partition("/")
    wanted = {"namespace": namespace, "verb": verb, "group": api_group, "resource": plural, "subresource": below}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": "somebody", "groups": [group], "resourceAttributes": wanted},
    }
    return bool(api.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)["status"]["allowed"])


@pytest.mark.parametrize("row", matrix().rows, ids=lambda row: row.title)
def test_the_api_server_allows_what_the_matrix_says_and_no_more(stack: OwnStack, row: Row) -> None:
    with KubeApi(stack.lab.layout.kubeconfig) as api:
        found = {
            (place, role, verb, resource): asked(api, GROUPS[role], verb, resource, PLACES[place])
            for place in row.allowed
            for role in GROUPS
            for verb in row.verbs
            for resource in row.resources
        }
    wanted = {key: key[1] in row.allowed[key[0]] for key in found}
    assert found == wanted, "docs/roles.md is what people rely on"


@pytest.mark.parametrize(
    ("role", "question", "place", "answer"),
    [
        ("meshAdmin", "create envoyfilters.networking.istio.io", "application", "yes"),
        ("meshAdmin", "get secrets", "gateway", "no"),
        ("gatewayOwner", "update gateways.networking.istio.io", "gateway", "yes"),
        ("gatewayOwner", "update gateways.networking.istio.io", "application", "no"),
        ("applicationTeam", "create virtualservices.networking.istio.io", "application", "yes"),
        ("applicationTeam", "create serviceentries.networking.istio.io", "application", "no"),
        ("viewer", "list authorizationpolicies.security.istio.io", "istiod", "yes"),
        ("viewer", "delete authorizationpolicies.security.istio.io", "istiod", "no"),
        ("viewer", "get pods --subresource=log", "application", "no"),
    ],
)
def test_kubectl_says_the_same_of_one_self(stack: OwnStack, role: str, question: str, place: str, answer: str) -> None:
    person = ("--as=somebody", f"--as-group={GROUPS[role]}", f"--namespace={PLACES[place]}")
    said = stack.lab.kubectl("auth", "can-i", *question.split(), *person)
    assert said.stdout.strip() == answer, f"this is how people ask: {said.stderr}"


def test_a_viewer_of_one_namespace_sees_that_one_only(stack: OwnStack) -> None:
    with KubeApi(stack.lab.layout.kubeconfig) as api:
        seen = [place for place in PLACES.values() if asked(api, "guests", "list", "pods", place)]
    assert seen == ["bookinfo"], "what the other namespaces hold is not theirs"


def test_a_gateway_without_a_certificate_may_read_no_secrets(stack: OwnStack) -> None:
    person = "--as=system:serviceaccount:istio-ingress:ingressgateway"
    said = stack.lab.kubectl("auth", "can-i", "list", "secrets", "--namespace=istio-ingress", person)
    assert said.stdout.strip() == "no", "the chart would let it read all of the namespace"


def test_a_gateway_of_the_gateway_api_shows_its_certificate_without_a_right_to_secrets(stack: OwnStack) -> None:
    pair = server(HOST)
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "shop", "namespace": "shopfront"},
        "type": "kubernetes.io/tls",
        "stringData": {"tls.crt": pair.pem, "tls.key": pair.key_pem},
    }
    done = stack.lab.kubectl("apply", "--filename=-", stdin=json.dumps(secret))
    assert done.returncode == 0, done.stderr
    person = "--as=system:serviceaccount:shopfront:shopfront"
    said = stack.lab.kubectl("auth", "can-i", "list", "secrets", "--namespace=shopfront", person)
    assert said.stdout.strip() == "no", "istiod hands such a gateway its certificate without asking for it"
    proxy = run_proxy(stack.lab.layout, stack.lab.programs, "shopfront/shopfront")
    assert wait_until(lambda: _shown(proxy.listeners[443]) == ssl.PEM_cert_to_DER_cert(pair.pem), 30), (
        "or the program would have taken too much away"
    )


def _shown(port: int) -> bytes | None:
    """The certificate that is shown on a port; nothing where there is no handshake yet."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        raw = socket.create_connection(("127.0.0.1", port), timeout=5)
        with raw, context.wrap_socket(raw, server_hostname=HOST) as secured:
            return secured.getpeercert(binary_form=True)
    except OSError:
        return None


def test_the_api_server_takes_the_policies_as_they_are_derived(stack: OwnStack) -> None:
    shown = stack.lab.kubectl("get", "networkpolicies", "--all-namespaces", "--output=json")
    found = {(one["metadata"]["namespace"], one["metadata"]["name"]): one for one in json.loads(shown.stdout)["items"]}
    wanted = network_policies(settings_of(MESH)).values()
    assert {(one["metadata"]["namespace"], one["metadata"]["name"]) for one in wanted} == set(found), (
        "istiod, the gateway and the namespace of workloads"
    )
    for one in wanted:
        stored = found[one["metadata"]["namespace"], one["metadata"]["name"]]["spec"]
        assert stored == one["spec"], "a field that the API server drops or fills in would mean something else"


def test_istiod_is_told_to_close_what_is_open_by_default(stack: OwnStack) -> None:
    shown = stack.lab.kubectl("get", "deployment", "istiod", "--namespace=istio-system", "--output=json")
    (container,) = json.loads(shown.stdout)["spec"]["template"]["spec"]["containers"]
    env = {one["name"]: one.get("value") for one in container["env"]}
    assert env["ENABLE_DEBUG_ON_HTTP"] == "false", "debug pages tell everything about the mesh"
    assert env["PILOT_SCOPE_GATEWAY_TO_NAMESPACE"] == "true", "a team cannot open ports of others' gateways"
    assert "169.254.0.0/16" in env["BLOCKED_CIDRS_IN_JWKS_URIS"], "the node's credentials are no keys of tokens"
    assert "--grpcAddr=127.0.0.1:15010" in container["args"], "configuration in plain text stays in the pod"


def test_istiod_shows_metrics_and_no_debug_pages(stack: OwnStack) -> None:
    port = records(stack.lab.layout)["istiod-istio-system.default"].ports["15014"]
    answers = {
        path: httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code
        for path in ("/metrics", "/debug/syncz", "/debug/configz", "/debug/pprof/")
    }
    assert answers == {"/metrics": 200, "/debug/syncz": 404, "/debug/configz": 404, "/debug/pprof/": 404}, (
        "even from within the pod, where no login is asked for"
    )


def test_a_second_deployment_changes_nothing(stack: OwnStack) -> None:
    again = stack.up("--expect-no-changes")
    assert again.returncode == 0, f"rules and policies come back as they were written:\n{again.stdout}"
