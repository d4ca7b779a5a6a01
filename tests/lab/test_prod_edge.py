"""The edge of the committed prod stack: what it serves without its certificate, and once the Secret is there."""

import json
import os
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from lab.proxy import Proxy, run_proxy
from lab.readiness import wait_until
from operations.up import first_request
from tests.lab.conftest import Lab
from tests.lab.tls_stack import SHOP, client_context
from tests.support.certificates import authority, server
from tests.support.stacks import stack_config

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def edge(prod: Lab) -> Proxy:
    """Its gateway, which Envoy calls ready although the Secret of its certificate is missing."""
    return run_proxy(prod.layout, prod.programs, "istio-ingress/ingressgateway")


@pytest.fixture(scope="module")
def folder(prod: Lab, edge: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate's files and its CA's, once the command of the next steps has made the Secret of them."""
    ca, place = authority(), tmp_path_factory.mktemp("certificate")
    pair = server(SHOP, issuer=ca)
    for name, text in {"tls.crt": pair.pem, "tls.key": pair.key_pem, "ca.crt": ca.pem}.items():
        (place / name).write_text(text)
    told: list[str] = json.loads(prod.pulumi("stack", "output", "nextSteps", "--json", stack="prod").stdout)
    (step,) = [one for one in told if "Secret" in one]
    done = shell(prod, step.partition(": ")[2], place)
    assert done.returncode == 0, f"the step has to be right as it is written, {step!r}: {done.stderr}"
    assert wait_until(lambda: handshake(edge, place), 20), "Envoy takes the Secret without a restart"
    return place


def shell(prod: Lab, command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that people are told, in a shell on the lab."""
    env = {**os.environ, **prod.target.environment("prod")}
    return subprocess.run(["/bin/sh", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=False)


def trusting(folder: Path, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A visitor who trusts the CA of the certificate, and speaks `newest` at most."""
    return client_context((folder / "ca.crt").read_text(), newest=newest)


def ask(edge: Proxy, verify: ssl.SSLContext) -> httpx.Response:
    """GET / of the shop over TLS."""
    with httpx.Client(verify=verify, trust_env=False) as client:
        url = f"https://127.0.0.1:{edge.listeners[443]}/"
        return client.get(url, headers={"Host": SHOP}, extensions={"sni_hostname": SHOP})


def handshake(edge: Proxy, folder: Path) -> bool:
    """Whether the shop's certificate is shown, and verified."""
    try:
        ask(edge, trusting(folder))
    except httpx.TransportError:
        return False
    return True


# Before `folder` is asked for the first time the Secret is missing, so that this test comes first.
def test_without_its_secret_prod_is_ready_redirects_and_shakes_no_hand(prod: Lab, edge: Proxy) -> None:
    shown = prod.kubectl("get", "secret", "shop-tls", "--namespace=istio-ingress")
    assert "NotFound" in shown.stderr, f"the stack does not make it: {shown.stdout}"
    with pytest.raises(httpx.TransportError, match=r"(?i)reset|eof"):
        ask(edge, client_context(authority().pem, verified=False))
    plain = httpx.get(f"http://127.0.0.1:{edge.listeners[80]}/cart", headers={"Host": SHOP}, trust_env=False)
    assert (plain.status_code, plain.headers.get("location")) == (301, f"https://{SHOP}/cart"), "no page in plain text"


def test_prod_serves_its_host_over_tls_once_the_next_step_is_done(edge: Proxy, folder: Path) -> None:
    assert ask(edge, trusting(folder)).status_code == 404, "the handshake is verified, and nobody has a route yet"


def test_what_mesh_up_tells_to_try_reaches_the_shop(prod: Lab, edge: Proxy, folder: Path) -> None:
    command = first_request(stack_config("prod")["istio-mesh:mesh"], {"ingressgateway": edge})
    done = shell(
        prod, f"{command} --silent --cacert ca.crt --write-out '%{{http_code}} %{{ssl_verify_result}}'", folder
    )
    assert done.stdout == "404 0", (
        f"{command}: the name is in the handshake, and the certificate is good: {done.stderr}"
    )


def test_prod_refuses_tls_1_1(edge: Proxy, folder: Path) -> None:
    assert handshake(edge, folder), "the gateway has its certificate"
    with pytest.raises(httpx.ConnectError, match=r"(?i)protocol.version"):
        ask(edge, trusting(folder, ssl.TLSVersion.TLSv1_1))


def test_prod_serves_no_other_host(edge: Proxy, folder: Path) -> None:
    assert handshake(edge, folder), "the gateway has its certificate"
    for host in ("other.example.com", "127.0.0.1"):
        plain = httpx.get(f"http://127.0.0.1:{edge.listeners[80]}/", headers={"Host": host}, trust_env=False)
        assert plain.status_code == 404, f"nobody meant {host}"


def test_the_secret_is_not_the_stacks_and_an_up_after_it_changes_nothing(prod: Lab, folder: Path) -> None:
    assert (folder / "tls.crt").exists(), "the Secret was made of it"
    done = prod.pulumi("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes", stack="prod")
    assert done.returncode == 0, f"whoever keeps the Secret may change it at any time:\n{done.stdout}"
