"""TLS through a real Envoy: certificates over SDS, versions, client certificates, and a rotation."""

import json
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lab.proxy import run_proxy
from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.tls_stack import ADMIN, CIPHER, NARROW, OPTIONAL, OTHER_CIPHER, SHOP, TlsStack, Visitor
from tests.lab.traces import stored_releases, traces
from tests.support.certificates import server

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsStack]:
    """The stack, deployed, and destroyed at the end."""
    stack = TlsStack(lab, Path(tmp_path_factory.mktemp("tls")))
    try:
        done = stack.up()
        assert done.returncode == 0, f"pulumi up failed:\n{done.stdout}\n{done.stderr}"
        yield stack
    finally:
        stack.destroy()


@pytest.fixture(scope="module")
def visitor(stack: TlsStack) -> Visitor:
    """A visitor of the gateway, once it has its certificates."""
    visitor = Visitor(stack, run_proxy(stack.lab.layout, stack.lab.programs, "istio-ingress/ingressgateway"))
    assert wait_until(lambda: _answers(visitor), 20), "the gateway got its certificate and its routes"
    return visitor


def test_plain_http_is_sent_to_https(visitor: Visitor) -> None:
    url = f"http://127.0.0.1:{visitor.proxy.listeners[80]}/productpage"
    answer = httpx.get(url, headers={"Host": SHOP}, trust_env=False)
    assert answer.status_code == 301, answer.text
    assert answer.headers["location"] == f"https://{SHOP}/productpage", "the same page, over TLS"


def test_the_certificate_of_the_stack_is_shown_and_verified(visitor: Visitor) -> None:
    assert visitor.get(SHOP).status_code == 200, "the handshake verifies name and CA"


def test_a_stranger_who_does_not_know_the_ca_turns_away(visitor: Visitor) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        visitor.get(SHOP, context=ssl.create_default_context())


def test_tls_1_1_is_refused_by_default(visitor: Visitor) -> None:
    with pytest.raises(httpx.ConnectError, match=r"(?i)protocol.version"):
        visitor.get(SHOP, context=visitor.context(newest=ssl.TLSVersion.TLSv1_1))
    assert visitor.get(SHOP, context=visitor.context(newest=ssl.TLSVersion.TLSv1_2)).status_code == 200, (
        "1.2 is the least"
    )


def test_the_minimum_version_of_a_server_is_enforced(visitor: Visitor) -> None:
    context = visitor.context(client=visitor.stack.client, newest=ssl.TLSVersion.TLSv1_2)
    with pytest.raises(httpx.ConnectError, match=r"(?i)protocol.version"):
        visitor.get(ADMIN, context=context)


def test_a_client_certificate_of_the_ca_opens_a_mutual_server(visitor: Visitor) -> None:
    assert visitor.get(ADMIN, context=visitor.context(client=visitor.stack.client)).status_code == 200, "it is verified"


def test_a_mutual_server_refuses_a_client_without_a_certificate(visitor: Visitor) -> None:
    with pytest.raises(httpx.TransportError, match=r"(?i)certificate.required"):
        visitor.get(ADMIN)


def test_a_mutual_server_refuses_a_client_certificate_of_another_ca(visitor: Visitor) -> None:
    with pytest.raises(httpx.TransportError, match=r"(?i)unknown.ca"):
        visitor.get(ADMIN, context=visitor.context(client=server("client.example.com")))


def test_a_host_that_no_server_has_gets_no_handshake(visitor: Visitor) -> None:
    # Whoever verifies the name would turn away by itself from a certificate for another host.
    assert visitor.get(SHOP, context=visitor.context(verified=False)).status_code == 200, "this visitor takes any"
    with pytest.raises(httpx.TransportError, match=r"(?i)eof|reset"):
        visitor.get("other.example.com", context=visitor.context(verified=False))


def test_a_server_with_optional_client_certificates_takes_those_without(visitor: Visitor) -> None:
    assert visitor.get(OPTIONAL).status_code == 200, "a certificate is asked for, and not needed"
    client = visitor.context(client=visitor.stack.client)
    assert visitor.get(OPTIONAL, context=client).status_code == 200, "one of the CA is verified"


def test_a_server_with_optional_client_certificates_refuses_those_of_another_ca(visitor: Visitor) -> None:
    with pytest.raises(httpx.TransportError, match=r"(?i)unknown.ca"):
        visitor.get(OPTIONAL, context=visitor.context(client=server("client.example.com")))


def test_a_server_takes_only_the_cipher_suites_that_it_names(visitor: Visitor) -> None:
    assert visitor.get(NARROW, context=visitor.context(cipher=CIPHER)).status_code == 200, "the one that it names"
    other = visitor.context(cipher=OTHER_CIPHER)
    assert visitor.get(SHOP, context=other).status_code == 200, "a server without cipherSuites takes this one"
    with pytest.raises(httpx.TransportError, match=r"(?i)handshake.failure"):
        visitor.get(NARROW, context=other)


def test_a_request_for_another_host_than_the_handshakes_is_not_served(visitor: Visitor) -> None:
    assert visitor.get("other.example.com", name=SHOP).status_code == 404, "the certificate does not speak for it"


def test_no_secret_is_in_the_state_in_clear(stack: TlsStack, visitor: Visitor) -> None:
    state = stack.pulumi("stack", "export").stdout
    assert visitor.stack is stack, "the stack is deployed"
    assert "mesh-tls-istio-ingress-shop" in state, "the Secret itself is there"
    assert traces(stack.secrets, state) == [], "the state is read by many"


def test_no_secret_is_in_what_helm_keeps_of_a_release(stack: TlsStack, visitor: Visitor) -> None:
    releases = stored_releases(stack.lab)
    assert set(releases) == {"istio-base", "istiod", visitor.proxy.name.split("/")[1]}, "every release of the stack"
    assert '"loadBalancerSourceRanges":["203.0.113.0/24"]' in releases["ingressgateway"], "with its values"
    assert traces(stack.secrets, "".join(releases.values())) == [], "who may read Helm's values sees no certificate"


def test_a_secret_that_is_there_would_be_found(stack: TlsStack, visitor: Visitor) -> None:
    shown = stack.lab.kubectl("get", "secret/shop", "--namespace=istio-ingress", "--output=json").stdout
    assert visitor.stack is stack, "the stack is deployed"
    assert traces(stack.secrets, shown), "otherwise the two tests above could not fail"


def test_an_unchanged_stack_with_certificates_changes_nothing(stack: TlsStack, visitor: Visitor) -> None:
    done = stack.up("--expect-no-changes", "--refresh")
    assert done.returncode == 0, f"after {visitor.proxy.name} got its certificates nothing differs:\n{done.stdout}"


@pytest.mark.parametrize(
    ("kind", "path", "wanted"),
    [
        ("service/ingressgateway -n istio-ingress", "{.spec.loadBalancerSourceRanges}", '["203.0.113.0/24"]'),
        ("service/ingressgateway -n istio-ingress", "{.spec.externalTrafficPolicy}", "Local"),
        ("service/ingressgateway -n istio-ingress", "{.metadata.annotations.example\\.com/kind}", "nlb"),
        ("deployment/ingressgateway -n istio-ingress", "{.spec.template.metadata.labels.team}", "edge"),
        ("deployment/ingressgateway -n istio-ingress", "{.spec.template.spec.tolerations[0].operator}", "Exists"),
        ("namespace/default", "{.metadata.labels.mesh-test}", "labelled"),
        ("namespace/shop", "{.metadata.labels.pod-security\\.kubernetes\\.io/enforce}", "baseline"),
        ("resourcequota/istio-mesh -n shop", "{.spec.hard.pods}", "5"),
        ("limitrange/istio-mesh -n shop", "{.spec.limits[0].max.cpu}", "1"),
        ("peerauthentication/default -n bookinfo", "{.spec.mtls.mode}", "STRICT"),
        ("peerauthentication/db -n bookinfo", "{.spec.portLevelMtls}", '{"5432":{"mode":"DISABLE"}}'),
    ],
)
def test_the_cluster_has_what_the_stack_says(stack: TlsStack, kind: str, path: str, wanted: str) -> None:
    found = stack.lab.kubectl("get", *kind.split(), f"--output=jsonpath={path}")
    assert found.stdout == wanted, f"charts and API server took the setting as it is: {found.stderr}"


def test_the_gateways_pods_are_spread_by_their_own_labels(stack: TlsStack) -> None:
    path = "{.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels}"
    selector = f"--output=jsonpath={path}"
    found = stack.lab.kubectl("get", "deployment/ingressgateway", "--namespace=istio-ingress", selector)
    labels = {"app": "ingressgateway", "istio": "ingressgateway"}
    assert json.loads(found.stdout) == labels, "a spread over other pods would be none"


def test_a_new_certificate_is_taken_without_a_failed_request(stack: TlsStack, visitor: Visitor) -> None:
    renewed = server(SHOP, issuer=stack.ca)
    stack.store("shop", renewed)
    outcomes: list[str] = []
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            outcomes.append(_outcome(visitor))

    visits = threading.Thread(target=visit)
    visits.start()
    try:
        done = stack.up()
        taken = wait_until(lambda: visitor.serial() == renewed.certificate.serial_number, 20)
    finally:
        over.set()
        visits.join()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert taken, "the gateway shows the new certificate without a restart"
    assert len(outcomes) > 20, "there were visitors all the time"
    assert set(outcomes) == {"200"}, "each handshake is a new one, and none may fail"


def _outcome(visitor: Visitor) -> str:
    try:
        return str(visitor.get(SHOP).status_code)
    except httpx.TransportError as error:
        return f"{type(error).__name__}: {error}"


def _answers(visitor: Visitor) -> bool:
    return _outcome(visitor) == "200"
