"""Run the Prometheus and Alertmanager that the cluster's monitoring stack wants, as real processes of the lab."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from lab.errors import LabError
from lab.kube_api import KubeApi
from lab.layout import LabLayout, write_atomically
from lab.parts import part_name
from lab.processes import process_of, records
from lab.readiness import answers, last_words, wait_until

OPERATOR = "prometheus-operator"
PROGRAMS = ("prometheus", "alertmanager")
MONITORING_TOOLS = (OPERATOR, *PROGRAMS)
READY_SECONDS = 90.0
_GROUP = "/apis/monitoring.coreos.com/v1"
_PLURALS = {"prometheus": "prometheuses", "alertmanager": "alertmanagers"}


@dataclass(frozen=True)
class Monitoring:
    """What runs: URLs on loopback, by NAMESPACE/NAME of the Prometheus or Alertmanager object."""

    prometheus: Mapping[str, str]
    alertmanager: Mapping[str, str]


def switch_file(layout: LabLayout) -> Path:
    """The file that makes the agent run a monitoring stack: paths of the programs. It goes with the lab's content."""
    return layout.root / "monitoring.json"


def part_of(program: str, namespace: str, name: str) -> str:
    """The part of the lab that plays a Prometheus or Alertmanager object."""
    return part_name(program, namespace, name)


def run_monitoring(
    layout: LabLayout, programs: Mapping[str, Path], report: Callable[[str], None] = lambda _line: None
) -> Monitoring:
    """Run prometheus-operator, and what it makes of the cluster's objects; return once all of it is ready.

    From then on the agent keeps them in step with the cluster, also after the next `lab up`.

    Raises:
        LabError: the lab does not run, its cluster has no Prometheus, or one does not become ready.
    """
    server = records(layout).get("kube-apiserver")
    if server is None or process_of(server) is None:
        raise LabError(f"the lab {layout.name!r} does not run. Start it with './mesh lab up'.")
    try:
        with KubeApi(layout.kubeconfig) as api:
            wanted = _wanted(api)
    except httpx.HTTPError as error:
        raise LabError(f"{error}. See './mesh lab status'.") from None
    write_atomically(switch_file(layout), json.dumps({name: str(programs[name]) for name in MONITORING_TOOLS}))
    found: dict[str, dict[str, str]] = {program: {} for program in PROGRAMS}
    for program, namespace, name in wanted:
        found[program][f"{namespace}/{name}"] = _await_ready(layout, program, namespace, name)
        report(f"{program} {namespace}/{name} is ready")
    return Monitoring(**found)


def _wanted(api: KubeApi) -> list[tuple[str, str, str]]:
    """Program, namespace and name of each object that prometheus-operator runs a program for."""
    objects = [
        (program, one["metadata"]["namespace"], one["metadata"]["name"])
        for program, plural in _PLURALS.items()
        if api.exists(f"{_GROUP}/{plural}")
        for one in api.items(f"{_GROUP}/{plural}")
    ]
    if not any(program == "prometheus" for program, _, _ in objects):
        raise LabError(
            "the cluster has no Prometheus object, which the chart kube-prometheus-stack makes. Deploy a stack with "
            "the addon prometheus, then try again."
        )
    return objects


def _await_ready(layout: LabLayout, program: str, namespace: str, name: str) -> str:
    part = part_of(program, namespace, name)
    url = f"http://127.0.0.1:{layout.port(part)}"
    if not wait_until(lambda: answers(f"{url}/-/ready"), READY_SECONDS):
        culprit = part if part in records(layout) else OPERATOR
        raise LabError(
            f"{program} {namespace}/{name} did not become ready within {READY_SECONDS:.0f} s. "
            f"{last_words(layout.log(culprit))}\nSee also {layout.log('agent')}."
        )
    return url
