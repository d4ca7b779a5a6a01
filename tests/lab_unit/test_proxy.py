"""What is said when a data plane cannot run, and what its processes get."""

import threading
from pathlib import Path
from typing import Any

import pytest

from lab.errors import LabError
from lab.layout import LabLayout
from lab.processes import records, start
from lab.proxy import run_proxies, run_proxy
from tests.lab_unit.api_server import ApiServer
from tests.lab_unit.programs import WAIT, script

GATEWAY = "istio-ingress/gateway"
PART = "envoy-istio-ingress.gateway"
DEPLOYMENT = "/apis/apps/v1/namespaces/istio-ingress/deployments/gateway"
ROOT_CERTIFICATE = "/api/v1/namespaces/istio-ingress/configmaps/istio-ca-root-cert"


@pytest.fixture
def running(layout: LabLayout, server: ApiServer) -> LabLayout:
    """A lab whose API server runs."""
    start(layout, "kube-apiserver", WAIT)
    server.kubeconfig(layout.kubeconfig)
    return layout


def put_gateway(server: ApiServer, **pod: Any) -> dict[str, Any]:
    """A gateway with one pod, which is injected; returns the pod."""
    server.put(DEPLOYMENT, {"spec": {"selector": {"matchLabels": {"app": "gateway"}}}})
    server.put(ROOT_CERTIFICATE, {"data": {"root-cert.pem": "the mesh's root"}})
    made = server.put_pod("gateway-1", namespace="istio-ingress", labels={"app": "gateway"}, **pod)
    made["spec"]["containers"] = [{"name": "istio-proxy", "image": "proxyv2:1.29.1", "args": ["proxy", "router"]}]
    return made


def refusal(layout: LabLayout, gateway: str = GATEWAY, programs: dict[str, Path] | None = None) -> str:
    """The error with which the data plane is refused."""
    with pytest.raises(LabError) as refused:
        run_proxy(layout, programs or {}, gateway)
    return str(refused.value)


@pytest.mark.parametrize("name", ["gateway", "istio-ingress/", "/gateway", ""])
def test_a_name_without_namespace_or_gateway_is_told_with_an_example(layout: LabLayout, name: str) -> None:
    assert refusal(layout, name) == (
        f"{name!r} does not name a gateway or workload. Write NAMESPACE/NAME of its Deployment, for example "
        "istio-ingress/ingressgateway."
    )


def test_a_lab_that_is_down_is_told(layout: LabLayout) -> None:
    assert refusal(layout) == "the lab 'unit' does not run. Start it with './mesh lab up'."


def test_a_gateway_that_was_not_deployed_is_told(running: LabLayout) -> None:
    assert refusal(running) == (
        "istio-ingress/gateway: there is no Deployment of this name. Deploy the stack first ('make up'), and see "
        "'kubectl get deployments --all-namespaces' for those there are."
    )


@pytest.mark.parametrize("pod", [{"ip": ""}, {"deletionTimestamp": "2026-01-01T00:00:00Z"}])
def test_a_gateway_without_a_running_pod_is_told(running: LabLayout, server: ApiServer, pod: dict[str, str]) -> None:
    put_gateway(server, **pod)
    assert refusal(running) == "istio-ingress/gateway: no pod runs yet. See 'kubectl -n istio-ingress get pods'."


def test_a_pod_that_was_not_injected_is_told(running: LabLayout, server: ApiServer) -> None:
    put_gateway(server)["spec"]["containers"][0]["image"] = "auto"
    assert refusal(running) == (
        "istio-ingress/gateway: the pod was not injected (image 'auto'). Its namespace must not be labelled "
        "istio-injection=disabled, and istiod must have been ready when the pod was made."
    )


def test_a_workload_without_a_sidecar_is_told_how_it_gets_one(running: LabLayout, server: ApiServer) -> None:
    put_gateway(server)["spec"]["containers"] = [{"name": "main", "image": "shop:1"}]
    assert refusal(running) == (
        "istio-ingress/gateway: the pod has no container istio-proxy, so it was not injected. Label its namespace "
        "istio-injection=enabled, then 'kubectl -n istio-ingress rollout restart deployment gateway'."
    )


def test_a_gateway_whose_istiod_does_not_run_is_told(running: LabLayout, server: ApiServer) -> None:
    put_gateway(server)
    assert refusal(running) == (
        f"istiod-istio-system.default does not run. See './mesh lab status' and {running.log('agent')}."
    )


def test_a_namespace_into_which_istiod_writes_no_root_certificate_is_told(
    running: LabLayout, server: ApiServer, programs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.proxy_files.ROOT_CERTIFICATE_SECONDS", 0.01)
    start(running, "istiod-istio-system.default", WAIT, ports={"15012": 1})
    put_gateway(server)
    del server.objects[ROOT_CERTIFICATE]
    assert refusal(running, programs=programs) == (
        "istio-ingress: istiod wrote no ConfigMap istio-ca-root-cert into it within 0 s; pods would not start. "
        "See './mesh lab status' for istiod, and meshConfig.discoverySelectors, which may leave the namespace out."
    )


def test_a_root_certificate_that_is_late_is_awaited(
    running: LabLayout, server: ApiServer, programs: dict[str, Path]
) -> None:
    start(running, "istiod-istio-system.default", WAIT, ports={"15012": 1})
    put_gateway(server)
    late = server.objects.pop(ROOT_CERTIFICATE)
    writing = threading.Timer(0.1, server.put, (ROOT_CERTIFICATE, late))
    writing.start()
    refusal(running, programs=programs)
    writing.join()
    written = running.root / PART / "var/run/secrets/istio/root-cert.pem"
    assert written.read_text() == "the mesh's root", "a kubelet waits for it, too"


def test_an_api_server_that_does_not_answer_is_told(running: LabLayout, server: ApiServer) -> None:
    server.down = True
    assert refusal(running).startswith("istio-ingress/gateway: Server error '503 Service Unavailable'"), "no traceback"


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    """Programs that write down how they were started; pilot-agent then ends."""
    (tmp_path / "bootstrap").write_text('{"address": "{{ .wildcard }}", "xds": "{{ .config.ConfigPath }}/XDS"}')
    return {
        "envoy-bootstrap": tmp_path / "bootstrap",
        "endpoint-bridge": script(tmp_path / "bridge", 'echo "$@"; exec sleep 600'),
        "pilot-agent": script(tmp_path / "pilot-agent", 'echo "no $PROXY_CONFIG"; exit 1'),
        "envoy": tmp_path / "envoy",
    }


@pytest.fixture
def ready_to_fail(running: LabLayout, server: ApiServer) -> dict[str, Any]:
    """A gateway's pod in a lab with istiod."""
    start(running, "istiod-istio-system.default", WAIT, ports={"15012": 1})
    return put_gateway(server)


@pytest.mark.usefixtures("ready_to_fail")
def test_a_data_plane_that_ends_is_told_with_the_end_of_its_log(running: LabLayout, programs: dict[str, Path]) -> None:
    told = refusal(running, programs=programs)
    assert told.startswith(f"{PART}: Envoy did not become ready. The end of {running.log(PART)}:\n  no {{"), told
    assert '"terminationDrainDuration": "1s"' in told, "'lab down' must not wait for a drain"


@pytest.mark.usefixtures("ready_to_fail")
def test_a_data_planes_files_lead_to_the_bridge_and_keep_the_token_secret(
    running: LabLayout, programs: dict[str, Path]
) -> None:
    refusal(running, programs=programs)
    folder = running.root / PART
    assert (folder / "bootstrap.json").read_text() == (
        '{"address": "127.0.0.1", "xds": "{{ .config.ConfigPath }}/XDS-bridge"}'
    ), "Envoy's own listeners are on loopback, and it asks the bridge"
    assert (folder / "var/run/secrets/tokens/istio-token").stat().st_mode & 0o777 == 0o600, "a token is a secret"


@pytest.mark.usefixtures("ready_to_fail")
def test_a_gateway_is_noted_so_that_up_can_start_it_again(running: LabLayout, programs: dict[str, Path]) -> None:
    refusal(running, programs=programs)
    notes = records(running)[PART].notes
    assert notes == {"pod": "gateway-1", "proxy": GATEWAY, "kind": "gateway"}, "what is sent to the pod goes to it"


def test_a_sidecar_is_noted_with_the_pod_that_it_is_for(
    running: LabLayout, ready_to_fail: dict[str, Any], programs: dict[str, Path]
) -> None:
    ready_to_fail["spec"]["containers"] = [{"name": "main"}]
    native = {"name": "istio-proxy", "image": "proxyv2:1.29.1", "args": ["proxy", "sidecar"]}
    ready_to_fail["spec"]["initContainers"] = [native]
    refusal(running, programs=programs)
    notes = records(running)[PART].notes
    assert notes == {"pod": "gateway-1", "proxy": GATEWAY, "kind": "sidecar"}, "the agent sends to it what the pod gets"


@pytest.mark.usefixtures("ready_to_fail")
def test_the_bridge_knows_the_proxy_and_its_pod(running: LabLayout, programs: dict[str, Path]) -> None:
    refusal(running, programs=programs)
    command = records(running)["bridge-istio-ingress.gateway"].command
    assert {f"--proxy={GATEWAY}", "--pod=10.244.0.9"} <= set(command), command


@pytest.mark.usefixtures("ready_to_fail")
def test_several_data_planes_are_all_started_before_the_first_is_awaited(
    running: LabLayout, programs: dict[str, Path], server: ApiServer
) -> None:
    server.put(DEPLOYMENT.replace("/gateway", "/second"), {"spec": {"selector": {"matchLabels": {"app": "gateway"}}}})
    with pytest.raises(LabError, match=f"^{PART}: Envoy did not become ready"):
        run_proxies(running, programs, [GATEWAY, "istio-ingress/second"])
    assert "envoy-istio-ingress.second" in records(running), "one after the other, twenty would take minutes"
