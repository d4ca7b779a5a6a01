"""The committed prod stack on the lab, from nothing to destroyed."""

import json
from collections.abc import Iterator

import pytest
import yaml

from tests.lab.conftest import Lab, deployed

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def prod(lab: Lab) -> Iterator[Lab]:
    """The lab with the prod stack."""
    yield from deployed(lab, "prod")


def test_a_second_up_of_prod_changes_nothing(prod: Lab) -> None:
    done = prod.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", stack="prod")
    assert done.returncode == 0, f"an unchanged stack must deploy without a change:\n{done.stdout}"


def test_a_preview_of_prod_with_refresh_expects_no_changes(prod: Lab) -> None:
    done = prod.pulumi("preview", "--refresh", "--expect-no-changes", stack="prod")
    assert done.returncode == 0, f"what istiod, autoscalers and Helm write must not look like drift:\n{done.stdout}"


def test_prod_runs_two_istiods_and_two_gateways(prod: Lab) -> None:
    for namespace, name in (("istio-system", "istiod"), ("istio-ingress", "ingressgateway")):
        wanted = "--for=jsonpath={.status.readyReplicas}=2"
        ready = prod.kubectl("wait", wanted, f"deployment/{name}", f"--namespace={namespace}", "--timeout=20s")
        assert ready.returncode == 0, f"{name} must survive the loss of a node: {ready.stderr}"


def test_prod_asks_for_mutual_tls_in_the_whole_mesh(prod: Lab) -> None:
    query = "jsonpath={.spec.mtls.mode}"
    mode = prod.kubectl("get", "peerauthentication", "default", "--namespace=istio-system", f"--output={query}")
    assert mode.stdout == "STRICT", "the mesh-wide policy lies in the root namespace"


def test_prod_sizes_and_places_istiod_for_a_real_mesh(prod: Lab) -> None:
    shown = prod.kubectl("get", "deployment", "istiod", "--namespace=istio-system", "--output=json")
    pod = json.loads(shown.stdout)["spec"]["template"]["spec"]
    assert pod["containers"][0]["resources"] == {
        "requests": {"cpu": "500m", "memory": "2Gi"},
        "limits": {"cpu": "2", "memory": "4Gi"},
    }, "the guide's numbers"
    (spread,) = pod["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["whenUnsatisfiable"]) == (
        "topology.kubernetes.io/zone",
        "ScheduleAnyway",
    ), "the loss of a zone should not take both istiods"
    assert pod["priorityClassName"] == "system-cluster-critical", "no pod starts without istiod"


def test_prod_hands_its_mesh_config_to_istiod(prod: Lab) -> None:
    shown = prod.kubectl("get", "configmap", "istio", "--namespace=istio-system", "--output=jsonpath={.data.mesh}")
    mesh = yaml.safe_load(shown.stdout)
    assert (mesh["accessLogFile"], mesh["accessLogEncoding"]) == ("/dev/stdout", "JSON"), "log collectors read JSON"
    assert mesh["pathNormalization"] == {"normalization": "DECODE_AND_MERGE_SLASHES"}, "as Istio's guide recommends"


def test_prod_injects_sidecars_that_hold_capture_dns_and_have_a_size(prod: Lab) -> None:
    prod.kubectl("create", "namespace", "probe")
    try:
        prod.kubectl("label", "namespace", "probe", "istio-injection=enabled")
        pod = prod.kubectl("run", "probe", "--image=probe", "--namespace=probe", "--dry-run=server", "--output=json")
        assert pod.returncode == 0, f"the injector has to answer: {pod.stderr}"
        spec = json.loads(pod.stdout)["spec"]
        (proxy,) = [one for one in spec["containers"] + spec["initContainers"] if one["name"] == "istio-proxy"]
        assert {"name": "ISTIO_META_DNS_CAPTURE", "value": "true"} in proxy["env"], "production captures DNS"
        assert '"holdApplicationUntilProxyStarts":true' in json.dumps(proxy["env"]).replace("\\", ""), "and holds"
        assert proxy["resources"]["requests"] == {"cpu": "100m", "memory": "128Mi"}, "what the profile says"
    finally:
        prod.kubectl("delete", "namespace", "probe", "--wait=true")
