"""Every example deploys, and the values that it sets arrive in the cluster."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kinds.node import Node
from lab.layout import CHECKOUT
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.workloads import apply, of_services, workload
from tests.support.certificates import server

pytestmark = pytest.mark.lab

ISTIOD = "--namespace=istio-system deployment/istiod"
INGRESS = "--namespace=istio-ingress"
RESOURCES = "{.spec.template.spec.containers[0].resources"
ENV = "{.spec.template.spec.containers[0].env[?(@.name=='PILOT_"
MESH_CONFIG = "--namespace=istio-system configmap/istio {.data.mesh}"
INJECTED = "--namespace=istio-system configmap/istio-sidecar-injector {.data.values}"
NLB = "{.metadata.annotations.service\\.beta\\.kubernetes\\.io/aws-load-balancer"

# Without what prometheus-operator adds, where an earlier test has it run on the same lab.
NOT_OPERATED = "--selector=!operated-prometheus,!operated-alertmanager"
# Example -> kubectl's query -> what it answers.
EXPECTED: dict[str, dict[str, str]] = {
    "demo": {
        f"{ISTIOD} {RESOURCES}.requests.memory}}": "100Mi",
        "--namespace=istio-egress service/egressgateway {.spec.type}": "ClusterIP",
        f"{INGRESS} service/ingressgateway {{.spec.type}}": "LoadBalancer",
        "--namespace=bookinfo deployment/reviews-v3 {.status.readyReplicas}": "1",
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "PERMISSIVE",
    },
    "custom": {
        f"{ISTIOD} {RESOURCES}.requests.memory}}": "256Mi",
        f"{ISTIOD} {RESOURCES}.requests.cpu}}": "100m",
        f"{ISTIOD} {RESOURCES}.limits}}": '{"cpu":"500m","memory":"1Gi"}',
        "--namespace=istio-system horizontalpodautoscaler/istiod {.spec.minReplicas}-{.spec.maxReplicas}": "1-3",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.limits}}": '{"cpu":"500m","memory":"512Mi"}',
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='http2')].targetPort}}": "8080",
    },
    "production": {
        f"{ISTIOD} {RESOURCES}.limits.memory}}": "4Gi",
        "--namespace=istio-system horizontalpodautoscaler/istiod {.spec.minReplicas}-{.spec.maxReplicas}": "2-5",
        f"{INGRESS} horizontalpodautoscaler/ingressgateway {{.spec.minReplicas}}-{{.spec.maxReplicas}}": "2-10",
        f"{INGRESS} poddisruptionbudget/ingressgateway {{.spec.minAvailable}}": "1",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.limits.memory}}": "1Gi",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.requests}}": '{"cpu":"500m","memory":"512Mi"}',
        f"{INGRESS} deployment/ingressgateway {{.spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable}}": (
            "DoNotSchedule"
        ),
        f"{ISTIOD} {ENV}PUSH_THROTTLE')].value}}": "100",
        f"{ISTIOD} {ENV}DEBOUNCE_AFTER')].value}}": "100ms",
        f"{ISTIOD} {ENV}DEBOUNCE_MAX')].value}}": "1s",
        f"{INGRESS} service/ingressgateway {NLB}-type}}": "nlb",
        f"{INGRESS} service/ingressgateway {NLB}-scheme}}": "internet-facing",
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "STRICT",
    },
    "observability": {
        "--namespace=observability prometheus {.items[0].spec.retention}": "1d",
        "--namespace=observability deployment {.items[*].status.readyReplicas}": "1 1 1 1",
        f"--namespace=observability {NOT_OPERATED} service {{.items[*].metadata.name}}": (
            "grafana jaeger kiali kube-prometheus-stack-alertmanager kube-prometheus-stack-operator "
            "kube-prometheus-stack-prometheus"
        ),
        "--namespace=observability secret/grafana-admin {.data.admin-user}": "YWRtaW4=",
    },
    "nodeport": {
        f"{INGRESS} service/ingressgateway {{.spec.type}}": "NodePort",
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='http2')].nodePort}}": "30080",
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='status-port')].port}}": "15021",
    },
}

# Example -> kubectl's query for a text in YAML or JSON -> the path of a value in it -> the value.
WRITTEN: dict[str, dict[str, dict[str, Any]]] = {
    "custom": {
        MESH_CONFIG: {
            "accessLogFile": "/dev/stdout",
            "accessLogEncoding": "TEXT",
            "accessLogFormat": (
                '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"\n'
                "%RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT%\n"
                '%DURATION% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%"\n'
                '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n'
            ),
            "outboundTrafficPolicy.mode": "ALLOW_ANY",
            "protocolDetectionTimeout": "100ms",
            "defaultConfig.concurrency": 2,
        },
        INJECTED: {
            "global.proxy.includeIPRanges": "10.0.0.0/8",
            "global.proxy.lifecycle.preStop.exec.command": ["/bin/sh", "-c", "sleep 5"],
        },
    },
    "production": {
        INJECTED: {
            "global.proxy.resources": {
                "requests": {"cpu": "50m", "memory": "64Mi"},
                "limits": {"cpu": "500m", "memory": "256Mi"},
            },
            "global.proxy.logLevel": "warning",
        },
        MESH_CONFIG: {"accessLogFile": "/dev/stdout", "accessLogEncoding": "JSON"},
    },
}

# The examples of traffic: one stack becomes one after the other, the mesh stays and its routes change.
TRAFFIC: dict[str, dict[str, str]] = {
    "raw": {
        "--namespace=production virtualservice/api-server {.spec.http[1].route[*].weight}": "90 10",
        "--namespace=production telemetry/tags {.spec.tracing[0].customTags.user\\.id.header.name}": "x-user-id",
    },
    "canary": {
        "--namespace=shop virtualservice/myapp {..route[?(@.destination.subset=='canary')].weight}": "10",
        "--namespace=shop virtualservice/reviews {..route[?(@.destination.subset=='v2')].weight}": "20",
    },
    "mirror": {"--namespace=shop virtualservice/api-server {.spec.http[0].mirrors[0].destination.subset}": "v2"},
    "resilience": {
        "--namespace=shop virtualservice/ratings {.spec.http[0].retries.perTryTimeout}": "2s",
        "--namespace=shop destinationrule/reviews {.spec.trafficPolicy.outlierDetection.minHealthPercent}": "30",
        "--namespace=shop destinationrule/api-server {.spec.subsets[1].trafficPolicy.loadBalancer.simple}": (
            "LEAST_REQUEST"
        ),
    },
    "routing": {
        "--namespace=istio-ingress gateway.networking.istio.io/ingressgateway {.spec.servers[*].port.number}": (
            "80 443 80"
        ),
        "--namespace=bookinfo virtualservice/reviews {.spec.http[*].route[*].destination.subset}": "v2 v2 v1 v2 v3",
    },
    "gateway-api": {
        "--namespace=shop service/api-service-v2 {.spec.selector.version}": "v2",
        # By the Service within the mesh, and by the gateway.
        "--namespace=shop httproute {..parents[*].conditions[?(@.type=='Accepted')].status}": "True True",
    },
    "tracing": {
        "--namespace=istio-system telemetry/mesh-default {.spec.tracing[0].randomSamplingPercentage}": "100",
        "--namespace=istio-system telemetry/mesh-default {..customTags.user\\.id.header.name}": "x-user-id",
        "--namespace=istio-ingress telemetry/namespace-default {.spec.accessLogging[0].filter.expression}": "true",
        "--namespace=shop telemetry/inventory {.spec.tracing[0].randomSamplingPercentage}": "5",
    },
    "calls": {
        "--namespace=team-b sidecar/payment-service {.spec.egress[0].hosts}": '["istio-system/*"]',
        "--namespace=team-a destinationrule/partner {.spec.trafficPolicy.portLevelSettings[0].tls.sni}": (
            "partner.example.com"
        ),
    },
    "mtls": {
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "STRICT",
        "--namespace=staging peerauthentication/default {.spec.mtls.mode}": "PERMISSIVE",
        "--namespace=production peerauthentication/database-mtls {.spec.portLevelMtls.9090.mode}": "DISABLE",
    },
    "authorization": {
        "--namespace=production authorizationpolicy/api-access {.spec.rules[0].to[0].operation.paths[0]}": "/api/*",
        "--namespace=shop authorizationpolicy/orders-callers {.spec.rules[0]}": (
            '{"from":[{"source":{"principals":["cluster.local/ns/shop/sa/frontend"]}}],'
            '"to":[{"operation":{"methods":["GET","POST"],"paths":["/api/*"]}}]}'
        ),
        "--namespace=shop authorizationpolicy/no-admin {.spec.action}": "DENY",
    },
    "default-deny": {
        "--namespace=shop authorizationpolicy {.items[*].metadata.name}": (
            "allow-nothing exception-nightly-export ledger-callers orders-callers web-callers"
        ),
        "--namespace=warehouse authorizationpolicy {.items[*].metadata.name}": (
            "allow-nothing-dry-run stock-callers-dry-run"
        ),
        "--namespace=warehouse authorizationpolicy {.items[*].metadata.annotations.istio\\.io/dry-run}": "true true",
        "--namespace=shop authorizationpolicy/exception-nightly-export {.metadata.annotations.istio-mesh/until}": (
            "2099-12-31"
        ),
    },
    "jwt": {
        "--namespace=istio-ingress requestauthentication/login {.spec.jwtRules[0].issuer}": "https://login.example.com",
        "--namespace=istio-ingress authorizationpolicy/login-required {.spec.rules[0].to[0].operation.hosts}": (
            '["shop.example.com","shop.example.com:*"]'
        ),
        "--namespace=istio-ingress virtualservice {.items[*].spec.http[0].route[0].destination.subset}": "v2",
    },
}


def tls_secret(namespace: str, name: str, host: str) -> dict[str, Any]:
    """A certificate that somebody keeps in the cluster."""
    pair = server(host)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "kubernetes.io/tls",
        "stringData": {"tls.crt": pair.pem, "tls.key": pair.key_pem},
    }


# What an example takes for granted, beside the pods of its services.
BESIDE: dict[str, list[dict[str, Any]]] = {
    "raw": [
        *workload("production", "api-server", 8080, ({"version": "v1"}, {"version": "v2"})),
        *workload("production", "myapp", 8080),
    ],
    "authorization": [*workload("production", "api", 8080)],
    "routing": [tls_secret("istio-ingress", "example-tls", "myapp.example.com")],
}


def mesh_of(example: str) -> dict[str, Any]:
    """The mesh object of an example."""
    document = yaml.safe_load((CHECKOUT / "examples" / f"Pulumi.{example}.yaml").read_text())
    return document["config"]["istio-mesh:mesh"]


def test_every_example_is_deployed_by_a_test() -> None:
    named = {path.name.split(".")[1] for path in (CHECKOUT / "examples").glob("Pulumi.*.yaml")}
    assert named == {*EXPECTED, *TRAFFIC}, "an example that nobody deploys may not work"


@pytest.mark.parametrize("example", EXPECTED)
def test_the_values_of_an_example_arrive_in_the_cluster(lab: Lab, tmp_path: Path, example: str) -> None:
    stack = OwnStack(lab, tmp_path, f"example-{example}", mesh_of(example))
    try:
        done = stack.up()
        found = {query: _answer(lab, query) for query in EXPECTED[example]}
        texts = {query: yaml.safe_load(_answer(lab, query)) for query in WRITTEN.get(example, {})}
    finally:
        stack.destroy()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert found == EXPECTED[example], "what the file says is what runs"
    written = {query: {path: _value(text, path) for path in WRITTEN[example][query]} for query, text in texts.items()}
    assert written == WRITTEN.get(example, {}), "what the file says is what istiod reads"


@pytest.fixture(scope="module")
def traffic(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack that becomes one example of traffic after the other, gone at the end."""
    stack = OwnStack(lab, tmp_path_factory.mktemp("traffic"), "example-traffic", mesh_of(next(iter(TRAFFIC))))
    yield stack
    done = stack.destroy()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("example", TRAFFIC)
def test_an_example_of_traffic_deploys_and_stays_and_istioctl_finds_nothing(traffic: OwnStack, example: str) -> None:
    mesh = mesh_of(example)
    traffic.describe(mesh)
    done = traffic.up()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    apply(traffic.lab, BESIDE.get(example, []) + of_services(mesh, without=["bookinfo"]))
    again = traffic.up("--expect-no-changes")
    assert again.returncode == 0, f"an unchanged example must deploy without a change:\n{again.stdout}"
    found = {query: _answer(traffic.lab, query) for query in TRAFFIC[example]}
    assert found == TRAFFIC[example], "what the file says is what the mesh gets"
    assert _complaints(traffic.lab) == [], "what people copy has to be right in the eyes of Istio's own analyzers"


def _complaints(lab: Lab) -> list[str]:
    """What istioctl says about the whole cluster, without its remarks on namespaces that nobody wants in the mesh."""
    found = lab.istioctl("analyze", "--all-namespaces", "--output=json")
    assert found.stdout or found.returncode == 0, f"without an analysis nothing is proved: {found.stderr}"
    return [
        f"{one['code']} {one['origin']}: {one['message']}"
        for one in json.loads(found.stdout or "[]")
        if one["level"] != "Info"
    ]


def _value(document: object, path: str) -> object:
    return Node(document, ()).at(*path.split(".")).value


def _answer(lab: Lab, query: str) -> str:
    place, path = query[: query.index(" {")], query[query.index("{") :]
    return lab.kubectl("get", *place.split(" "), f"--output=jsonpath={path}").stdout
