"""Run the data plane of one gateway on this machine: pilot-agent, Envoy and the endpoint bridge between them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from lab.agent.workloads import Revision
from lab.errors import LabError
from lab.exclusive import exclusively
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout, write_atomically
from lab.pods import arguments, environment, service_account_token
from lab.processes import Record, process_of, records, start, stop
from lab.readiness import answers, last_words, wait_until

CONTAINER = "istio-proxy"
READY_SECONDS = 45.0
# Where Istio's containers find their files, relative to the proxy's folder.
CONFIG = "etc/istio/proxy"
BRIDGE_SOCKET = f"{CONFIG}/XDS-bridge"
AGENT_SOCKET = f"{CONFIG}/XDS"


@dataclass(frozen=True)
class Proxy:
    """One running data plane. `listeners` maps a port of the gateway's pod to the loopback port that plays it."""

    name: str
    listeners: Mapping[int, int]
    admin_port: int
    log: Path


def run_gateway(
    layout: LabLayout, programs: Mapping[str, Path], gateway: str, report: Callable[[str], None] = lambda _line: None
) -> Proxy:
    """Run NAMESPACE/NAME's data plane, or find it running, and return once Envoy serves what istiod sent.

    Raises:
        LabError: there is no such gateway, it was not injected, Envoy does not become ready, or the lab does not run.
    """
    namespace, _, name = gateway.partition("/")
    if not namespace or not name:
        raise LabError(
            f"{gateway!r} does not name a gateway. Write NAMESPACE/NAME, for example istio-ingress/ingressgateway."
        )
    server = records(layout).get("kube-apiserver")
    if server is None or process_of(server) is None:
        raise LabError(f"the lab {layout.name!r} does not run. Start it with './mesh lab up'.")
    part = f"envoy-{namespace}-{name}"
    admin = layout.port(f"{part}-admin")
    try:
        with exclusively(layout, report), KubeApi(layout.kubeconfig) as api:
            pod = _gateway_pod(api, namespace, name)
            if not _runs(layout, part, pod):
                _restart(layout, programs, api, part, gateway, pod)
        _await_ready(layout, part, admin)
        return Proxy(gateway, _listeners(layout, gateway, admin), admin, layout.log(part))
    except httpx.HTTPError as error:
        raise LabError(f"{gateway}: {error}. See './mesh lab status'.") from None


def _runs(layout: LabLayout, part: str, pod: Object) -> bool:
    """Whether both processes run, and for this very pod."""
    known = records(layout)
    both = [known.get(part), known.get(f"{part}-bridge")]
    if not all(record and process_of(record) for record in both):
        return False
    return known[part].notes.get("pod") == pod["metadata"]["name"]


def _gateway_pod(api: KubeApi, namespace: str, name: str) -> Object:
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    if not api.exists(path):
        raise LabError(
            f"{namespace}/{name}: there is no Deployment of this name. Deploy the stack first ('make up'), and see "
            "'kubectl get deployments --all-namespaces' for the gateways there are."
        )
    labels = api.get(path)["spec"]["selector"]["matchLabels"]
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    pods = api.items(f"/api/v1/namespaces/{namespace}/pods", labelSelector=selector)
    running = [
        pod for pod in pods if pod.get("status", {}).get("podIP") and not pod["metadata"].get("deletionTimestamp")
    ]
    if not running:
        raise LabError(f"{namespace}/{name}: no pod runs yet. See 'kubectl -n {namespace} get pods'.")
    newest = max(running, key=lambda pod: pod["metadata"]["creationTimestamp"])
    if not any(one["name"] == CONTAINER and one["image"] != "auto" for one in newest["spec"]["containers"]):
        raise LabError(
            f"{namespace}/{name}: the pod was not injected (image 'auto'). Its namespace must not be labelled "
            "istio-injection=disabled, and istiod must have been ready when the pod was made."
        )
    return newest


def _restart(
    layout: LabLayout, programs: Mapping[str, Path], api: KubeApi, part: str, gateway: str, pod: Object
) -> None:
    bridge = f"{part}-bridge"
    known = records(layout)
    stop(layout, [known[name] for name in (part, bridge) if name in known])
    istiod = _istiod_of(layout, pod)
    folder = layout.root / part
    _write_files(folder, api, pod, programs["envoy-bootstrap"])
    command = [
        str(programs["endpoint-bridge"]),
        f"--listen={BRIDGE_SOCKET}",
        f"--upstream={AGENT_SOCKET}",
        f"--directory=http://127.0.0.1:{layout.port('agent')}",
        f"--proxy={gateway}",
    ]
    start(layout, bridge, command, cwd=folder)
    env = _proxy_environment(layout, part, pod, programs["envoy"], istiod)
    notes = {"pod": pod["metadata"]["name"], "gateway": gateway}
    start(layout, part, [str(programs["pilot-agent"]), *arguments(pod, CONTAINER)], env=env, cwd=folder, notes=notes)


def _istiod_of(layout: LabLayout, pod: Object) -> Record:
    """The process of the revision that injected the pod: the agent's address in the pod names its Service."""
    address = environment(pod, CONTAINER).get("CA_ADDR", "istiod.istio-system.svc:15012")
    service, namespace, *_ = address.split(":")[0].split(".")
    name = service.removeprefix("istiod").removeprefix("-") or "default"
    part = Revision(namespace, name).part
    record = records(layout).get(part)
    if record is None or process_of(record) is None:
        raise LabError(f"{part} does not run. See './mesh lab status' and {layout.log('agent')}.")
    return record


def _write_files(folder: Path, api: KubeApi, pod: Object, template: Path) -> None:
    """Lay out the files that Istio's images, volumes and the downward API give a proxy."""
    for relative in (CONFIG, "etc/istio/pod", "var/run/secrets/tokens", "var/run/secrets/istio"):
        (folder / relative).mkdir(parents=True, exist_ok=True)
    bootstrap = template.read_text()
    bootstrap = bootstrap.replace("{{ .config.ConfigPath }}/XDS", "{{ .config.ConfigPath }}/XDS-bridge")
    # Envoy's own listeners, too, are for this machine only.
    bootstrap = bootstrap.replace('"address": "{{ .wildcard }}"', '"address": "127.0.0.1"')
    write_atomically(folder / "bootstrap.json", bootstrap)
    metadata = pod["metadata"]
    # Port 0 keeps pilot-agent from opening its status server, which listens on every address of the machine.
    annotations = {**metadata.get("annotations", {}), "status.sidecar.istio.io/port": "0"}
    for file, entries in (("labels", metadata.get("labels", {})), ("annotations", annotations)):
        lines = [f"{key}={json.dumps(value)}" for key, value in sorted(entries.items())]
        write_atomically(folder / "etc/istio/pod" / file, "\n".join(lines) + "\n")
    token = service_account_token(api, pod, audience="istio-ca")
    write_atomically(folder / "var/run/secrets/tokens/istio-token", token, mode=0o600)
    trust = api.get(f"/api/v1/namespaces/{metadata['namespace']}/configmaps/istio-ca-root-cert")
    write_atomically(folder / "var/run/secrets/istio/root-cert.pem", trust["data"]["root-cert.pem"])


def _proxy_environment(layout: LabLayout, part: str, pod: Object, envoy: Path, istiod: Record) -> dict[str, str]:
    known = environment(pod, CONTAINER)
    address = f"127.0.0.1:{istiod.ports['15012']}"
    proxy_config = json.loads(known.get("PROXY_CONFIG") or "{}") | {
        "discoveryAddress": address,
        "binaryPath": str(envoy),
        "configPath": f"./{CONFIG}",
        "proxyBootstrapTemplatePath": "./bootstrap.json",
        "proxyAdminPort": layout.port(f"{part}-admin"),
        "concurrency": 1,
        # In the lab nobody's requests wait for a drain; with Istio's 5 s every 'lab down' would take that long.
        "terminationDrainDuration": "1s",
    }
    return known | {
        "PROXY_CONFIG": json.dumps(proxy_config),
        "CA_ADDR": "",  # Then pilot-agent takes the discovery address, and ISTIOD_SAN as the name to verify.
        "ISTIOD_SAN": known.get("CA_ADDR", "istiod.istio-system.svc:15012").split(":")[0],
        "JWT_POLICY": "third-party-jwt",
        "ENVOY_PROMETHEUS_PORT": str(layout.port(f"{part}-prometheus")),
        "ENVOY_STATUS_PORT": str(layout.port(f"{part}-status")),
    }


def _await_ready(layout: LabLayout, part: str, admin: int) -> None:
    record = records(layout)[part]

    def settled() -> bool:
        return process_of(record) is None or answers(f"http://127.0.0.1:{admin}/ready")

    if not wait_until(settled, READY_SECONDS) or process_of(record) is None:
        raise LabError(f"{part}: Envoy did not become ready. {last_words(layout.log(part))}")


def _listeners(layout: LabLayout, gateway: str, admin: int) -> dict[int, int]:
    """Ports of the pod that Envoy really listens for now, from its own admin interface."""
    answer = httpx.get(f"http://127.0.0.1:{admin}/listeners", params={"format": "json"}, trust_env=False).json()
    bound = {one["local_address"]["socket_address"]["port_value"] for one in answer.get("listener_statuses", [])}
    return {port: local for port, local in layout.ports_of(gateway).items() if local in bound}
