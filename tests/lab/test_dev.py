"""The dev stack on the lab: deployed once, then looked at from all sides."""

import json

import httpx
import pytest

from lab.proxy import Proxy, run_proxy
from tests.lab.analysis import complaints
from tests.lab.conftest import Lab

pytestmark = pytest.mark.lab

BAD_VIRTUAL_SERVICE = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: without-routes, namespace: bookinfo}
spec: {hosts: [productpage]}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: probe, namespace: {namespace}}}
spec: {{containers: [{{name: probe, image: example/probe}}]}}
"""


@pytest.fixture(scope="module")
def ingress(dev: Lab) -> Proxy:
    """The data plane of dev's ingress gateway."""
    return run_proxy(dev.layout, dev.programs, "istio-ingress/ingressgateway")


def test_a_second_up_changes_nothing(dev: Lab) -> None:
    done = dev.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", stack="dev")
    assert done.returncode == 0, f"an unchanged stack must deploy without a change:\n{done.stdout}"


def test_a_preview_with_refresh_expects_no_changes(dev: Lab) -> None:
    done = dev.pulumi("preview", "--refresh", "--expect-no-changes", stack="dev")
    assert done.returncode == 0, f"what istiod and Helm write must not look like drift:\n{done.stdout}"


def test_the_outputs_name_version_profile_and_how_each_gateway_is_reached(dev: Lab) -> None:
    outputs = json.loads(dev.pulumi("stack", "output", "--json", stack="dev").stdout)
    endpoint = outputs["gateways"]["ingressgateway"]
    assert (outputs["meshVersion"], outputs["profile"]) == (dev.tools["istio-charts"].version, "demo"), outputs
    assert endpoint["url"] == f"http://{endpoint['host']}", "port 80 of a load balancer needs no port in the URL"


def test_a_request_is_answered_by_a_pod_of_bookinfo_through_envoy(ingress: Proxy) -> None:
    answer = httpx.get(f"http://127.0.0.1:{ingress.listeners[80]}/productpage", trust_env=False)
    assert answer.status_code == 200, answer.text
    assert answer.json()["service"] == "productpage", "the route of /productpage leads to the productpage Service"
    assert answer.headers["server"] == "istio-envoy", "the answer must have come through Envoy"


def test_a_path_without_a_route_is_answered_404_by_envoy(ingress: Proxy) -> None:
    answer = httpx.get(f"http://127.0.0.1:{ingress.listeners[80]}/no-such-path", trust_env=False)
    assert answer.status_code == 404, "Bookinfo has no route for this path"


def test_the_data_plane_command_prints_an_address_that_answers(dev: Lab, ingress: Proxy) -> None:
    printed = dev.mesh("lab", "envoy", ingress.name)
    assert printed.stdout.split() == [f"http://127.0.0.1:{ingress.listeners[80]}"], printed.stderr


def test_a_lab_comes_up_again_from_a_shell_that_uses_it(dev: Lab) -> None:
    done = dev.mesh("lab", "up", environment=dev.target.environment("dev"))
    assert done.returncode == 0, f"the lab's own commands are on PATH there, and are not the user's:\n{done.stderr}"
    assert dev.kubectl("get", "nodes").returncode == 0, "and the commands still work"


def test_a_pod_in_an_injected_namespace_has_the_sidecar(dev: Lab) -> None:
    assert "istio-proxy" in _containers_of_a_new_pod(dev, "bookinfo"), "bookinfo is labelled istio-injection=enabled"


def test_a_pod_in_a_namespace_without_injection_has_no_sidecar(dev: Lab) -> None:
    assert _containers_of_a_new_pod(dev, "default") == {"probe"}, "nobody asked for injection in this namespace"


def test_an_invalid_virtual_service_is_refused_by_the_webhook(dev: Lab) -> None:
    done = dev.kubectl("apply", "--filename=-", stdin=BAD_VIRTUAL_SERVICE)
    assert done.returncode != 0, "istiod must refuse a VirtualService without routes"
    assert 'admission webhook "validation.istio.io" denied the request' in done.stderr, done.stderr


def test_istioctl_analyze_finds_nothing_to_complain_of(dev: Lab) -> None:
    assert complaints(dev) == [], "what the program deploys must be right in the eyes of Istio's own analyzers"


def test_istiod_knows_the_gateways_envoy_as_synchronised(dev: Lab, ingress: Proxy) -> None:
    istiod = dev.istiod_debug("/debug/syncz")
    gateways = [one for one in istiod if one["proxy"].startswith("ingressgateway-")]
    assert len(gateways) == 1, "exactly the one Envoy that the lab runs is connected"
    assert ingress.listeners, "and it listens"


def _containers_of_a_new_pod(lab: Lab, namespace: str) -> set[str]:
    """Names of the containers, native sidecars among them, that a plain pod gets in a namespace."""
    made = lab.kubectl(
        "create", "--filename=-", "--output=json", "--dry-run=server", stdin=POD.format(namespace=namespace)
    )
    assert made.returncode == 0, made.stderr
    spec = json.loads(made.stdout)["spec"]
    return {one["name"] for one in [*spec["containers"], *spec.get("initContainers", [])]} - {"istio-init"}


def test_precheck_takes_the_stack_itself_for_no_other_install(dev: Lab) -> None:
    done = dev.mesh("precheck", "--output=json", kubeconfig=dev.layout.kubeconfig)
    levels = {one["check"]: one["level"] for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0, done.stdout
    assert set(levels.values()) == {"ok"}, f"also its load balancer has an address by now: {levels}"
