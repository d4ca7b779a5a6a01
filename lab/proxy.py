"""Run one data plane on this machine, of a gateway or of a workload's sidecar: pilot-agent, Envoy and the bridge."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from lab.agent.certificates import AUTHORITY
from lab.agent.workloads import Revision
from lab.authorities import public_authorities
from lab.data_planes import agent_part, bridge_part, data_planes, stop_departed
from lab.errors import LabError
from lab.exclusive import exclusively
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout
from lab.pods import arguments, environment
from lab.processes import Record, process_of, records, start, stop
from lab.proxy_files import AGENT_SOCKET, BRIDGE_SOCKET, CONTAINER, proxy_environment, write_files
from lab.proxy_pod import injected_pod
from lab.readiness import answers, last_words, wait_until

READY_SECONDS = 45.0
# How much longer it takes for each one that is started beside it.
FURTHER_SECONDS = 3.0
# pilot-agent's argument in the container of a sidecar; a gateway's is `router`.
SIDECAR = "sidecar"
GATEWAY = "gateway"


@dataclass(frozen=True)
class Proxy:
    """One running data plane.

    `listeners` maps a port to the loopback port that plays it: of a gateway, the pod's port; of a sidecar, the port
    that the workload's requests go to at any address (Istio's listener 0.0.0.0_PORT), where 15001 plays every port
    that has no listener. `addresses` maps ADDRESS:PORT where a listener is for one address only, as those of TCP
    Services are. `inbound` maps the ports of a sidecar's pod at which it takes requests of others.
    """

    name: str
    listeners: Mapping[int, int]
    addresses: Mapping[str, int]
    inbound: Mapping[int, int]
    admin_port: int
    log: Path


def run_proxy(
    layout: LabLayout, programs: Mapping[str, Path], workload: str, report: Callable[[str], None] = lambda _line: None
) -> Proxy:
    """Run NAMESPACE/DEPLOYMENT's data plane, or find it running, and return once Envoy serves what istiod sent.

    Other data planes of the lab send their requests through a new sidecar as soon as the agent and their bridges have
    noticed it, which takes about a second.

    Raises:
        LabError: there is no such Deployment, it was not injected, Envoy does not become ready, or the lab does not
            run.
    """
    return run_proxies(layout, programs, [workload], report)[workload]


def run_proxies(
    layout: LabLayout,
    programs: Mapping[str, Path],
    workloads: Sequence[str],
    report: Callable[[str], None] = lambda _line: None,
) -> dict[str, Proxy]:
    """The same for several data planes, by the names of their workloads: all are started before the first is awaited.

    Raises:
        LabError: as `run_proxy`, for the first of them for which it is so.
    """
    for workload in workloads:
        namespace, _, name = workload.partition("/")
        if not namespace or not name:
            raise LabError(
                f"{workload!r} does not name a gateway or workload. Write NAMESPACE/NAME of its Deployment, for "
                "example istio-ingress/ingressgateway."
            )
    server = records(layout).get("kube-apiserver")
    if server is None or process_of(server) is None:
        raise LabError(f"the lab {layout.name!r} does not run. Start it with './mesh lab up'.")
    workload = workloads[0]
    try:
        with exclusively(layout, report), KubeApi(layout.kubeconfig) as api:
            stop_departed(layout, api)
            for workload in workloads:
                _ensure_started(layout, programs, api, workload)
        seconds = READY_SECONDS + FURTHER_SECONDS * (len(workloads) - 1)
        return {workload: _served(layout, workload, seconds) for workload in workloads}
    except httpx.HTTPError as error:
        raise LabError(f"{workload}: {error}. See './mesh lab status'.") from None


def _ensure_started(layout: LabLayout, programs: Mapping[str, Path], api: KubeApi, workload: str) -> None:
    namespace, _, name = workload.partition("/")
    pod = injected_pod(api, namespace, name)
    if not _runs(layout, workload, pod):
        _restart(layout, programs, api, workload, pod)


def _served(layout: LabLayout, workload: str, seconds: float) -> Proxy:
    """The data plane of a workload once it is ready, which it has to be within `seconds`."""
    part = agent_part(workload)
    admin = layout.port(f"{part}-admin")
    _await_ready(layout, part, admin, seconds)
    return _described(layout, workload, admin, layout.log(part))


def _runs(layout: LabLayout, workload: str, pod: Object) -> bool:
    """Whether both processes run, and for this very pod."""
    both = [record for record in data_planes(layout).get(workload, []) if process_of(record)]
    return len(both) == 2 and both[0].notes["pod"] == pod["metadata"]["name"]


def _restart(layout: LabLayout, programs: Mapping[str, Path], api: KubeApi, workload: str, pod: Object) -> None:
    stop(layout, data_planes(layout).get(workload, []))
    part = agent_part(workload)
    istiod = _istiod_of(layout, pod)
    folder = layout.root / part
    write_files(folder, api, pod, programs["envoy-bootstrap"])
    command = [
        str(programs["endpoint-bridge"]),
        f"--listen={BRIDGE_SOCKET}",
        f"--upstream={AGENT_SOCKET}",
        f"--directory=http://127.0.0.1:{layout.port('agent')}",
        f"--proxy={workload}",
        f"--pod={pod['status']['podIP']}",
        f"--authorities={layout.credentials / AUTHORITY}",
    ]
    start(layout, bridge_part(workload), command, cwd=folder)
    env = proxy_environment(layout, part, pod, programs["envoy"], istiod)
    flags = arguments(pod, CONTAINER)
    # By the kind the agent knows how to send to it what is meant for the pod.
    kind = SIDECAR if SIDECAR in flags else GATEWAY
    notes = {"pod": pod["metadata"]["name"], "proxy": workload, "kind": kind}
    ports = {"admin": layout.port(f"{part}-admin")}
    start(layout, part, [str(programs["pilot-agent"]), *flags], env=env, cwd=folder, ports=ports, notes=notes)


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


def _await_ready(layout: LabLayout, part: str, admin: int, seconds: float) -> None:
    record = records(layout)[part]

    def settled() -> bool:
        return process_of(record) is None or answers(f"http://127.0.0.1:{admin}/ready")

    if not wait_until(settled, seconds) or process_of(record) is None:
        raise LabError(f"{part}: Envoy did not become ready. {last_words(layout.log(part))}")


def _described(layout: LabLayout, workload: str, admin: int, log: Path) -> Proxy:
    """What Envoy really listens on now, by its own admin interface."""
    answer = httpx.get(
        f"http://127.0.0.1:{admin}/listeners", params={"format": "json"}, trust_env=False, verify=public_authorities()
    ).json()
    bound = {
        address["socket_address"]["port_value"]
        for one in answer.get("listener_statuses", [])
        for address in (one["local_address"], *one.get("additional_local_addresses", []))
    }

    def of(uses: Mapping[int, int]) -> dict[int, int]:
        return {port: local for port, local in uses.items() if local in bound}

    at = f"{workload}@"
    addresses = {use.removeprefix(at): port for use, port in layout.ports().items() if use.startswith(at)}
    return Proxy(
        name=workload,
        listeners=of(layout.ports_of(workload)),
        addresses={address: local for address, local in addresses.items() if local in bound},
        inbound=of(layout.ports_of(f"{workload}/inbound")),
        admin_port=admin,
        log=log,
    )
