"""The committed prod stack on the lab, from nothing to destroyed."""

import json

import pytest
import yaml

from tests.lab.conftest import Lab

pytestmark = pytest.mark.lab


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


ISTIOD_SCALER = "--namespace=istio-system horizontalpodautoscaler/istiod"
GATEWAY_SCALER = "--namespace=istio-ingress horizontalpodautoscaler/ingressgateway"
CPU = "{.spec.metrics[0].resource.name} {.spec.metrics[0].resource.target.averageUtilization}"
SPREAD = "{.spec.template.spec.topologySpreadConstraints[0]"
NLB = "{.metadata.annotations.service\\.beta\\.kubernetes\\.io/aws-load-balancer"


@pytest.mark.parametrize(
    ("what", "path", "wanted"),
    [
        (ISTIOD_SCALER, "{.spec.minReplicas}-{.spec.maxReplicas}", "2-5"),
        (ISTIOD_SCALER, CPU, "cpu 80"),
        ("--namespace=istio-system poddisruptionbudget/istiod", "{.spec.minAvailable}", "1"),
        (GATEWAY_SCALER, "{.spec.minReplicas}-{.spec.maxReplicas}", "2-10"),
        (GATEWAY_SCALER, CPU, "cpu 80"),
        ("--namespace=istio-ingress poddisruptionbudget/ingressgateway", "{.spec.minAvailable}", "1"),
        (
            "--namespace=istio-ingress deployment/ingressgateway",
            f"{SPREAD}.topologyKey}} {SPREAD}.whenUnsatisfiable}} {SPREAD}.labelSelector.matchLabels.app}}",
            "topology.kubernetes.io/zone ScheduleAnyway ingressgateway",
        ),
        ("--namespace=istio-ingress service/ingressgateway", "{.spec.type}", "LoadBalancer"),
        ("--namespace=istio-ingress service/ingressgateway", f"{NLB}-type}}", "nlb"),
        ("--namespace=istio-ingress service/ingressgateway", f"{NLB}-scheme}}", "internet-facing"),
        (
            "--namespace=istio-ingress service/ingressgateway",
            f"{NLB}-cross-zone-load-balancing-enabled}}",
            "true",
        ),
        ("--namespace=istio-system peerauthentication/default", "{.spec.mtls.mode}", "STRICT"),
    ],
)
def test_prod_has_what_the_guide_asks_of_production(prod: Lab, what: str, path: str, wanted: str) -> None:
    found = prod.kubectl("get", *what.split(), f"--output=jsonpath={path}")
    assert found.stdout == wanted, f"the profile and Pulumi.prod.yaml say so: {found.stderr}"


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
