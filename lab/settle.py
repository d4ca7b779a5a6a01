"""The last steps of `lab up`: what the cluster holds is played again, from its nodes to its data planes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import PIPE, STDOUT, run

from lab.agent.workloads import istiod_pods
from lab.data_planes import data_planes
from lab.errors import LabError
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.parts import DATA
from lab.processes import process_of, records, stop
from lab.proxy import run_proxy
from lab.readiness import answers, wait_until

NODES = 3
ISTIOD_SECONDS = 30.0

Report = Callable[[str], None]


def await_nodes(layout: LabLayout, kubectl: Path) -> None:
    """Create the nodes where they are missing, and return once they are Ready.

    Raises:
        LabError: they do not become Ready.
    """
    base = [str(kubectl), f"--kubeconfig={layout.kubeconfig}"]
    last = ""

    def succeeds(*arguments: str) -> bool:
        nonlocal last
        answer = run([*base, *arguments], stdout=PIPE, stderr=STDOUT, check=False, text=True)
        last = answer.stdout.strip()
        return answer.returncode == 0

    def ready() -> bool:
        query = "jsonpath={range .items[*]}{.status.conditions[?(@.type=='Ready')].status}{'\\n'}{end}"
        return succeeds("get", "nodes", "-o", query) and last.split().count("True") == NODES

    if not (wait_until(lambda: succeeds("apply", "-f", str(DATA / "nodes.yaml")), 20) and wait_until(ready, 30)):
        raise LabError(
            f"the lab's {NODES} nodes did not become Ready; kubectl said last: {last or '(nothing)'}\n"
            f"See {layout.log('kwok')} and './mesh lab status', and run './mesh lab up' again."
        )


def await_istiods(layout: LabLayout, report: Report) -> None:
    """Return once each istiod that the cluster wants answers, so that the webhooks do.

    One that does not is reported only: it may be the deployed settings that keep it from running, and a lab that is up
    is needed to correct them.
    """
    with KubeApi(layout.kubeconfig) as api:
        wanted = sorted(revision.part for revision in istiod_pods(api))
    for part in wanted:

        def serves(part: str = part) -> bool:
            record = records(layout).get(part)
            if record is None or process_of(record) is None:
                return False
            return answers(f"http://127.0.0.1:{record.ports['8080']}/ready")

        if not wait_until(serves, ISTIOD_SECONDS):
            report(f"{part} does not answer: see './mesh lab logs {part}' and './mesh lab logs agent'")


def revive_data_planes(layout: LabLayout, programs: Mapping[str, Path], report: Report) -> None:
    """Start the data planes again that have died, and forget those whose workload is gone."""
    for workload, parts in data_planes(layout).items():
        if len(parts) == 2 and all(process_of(one) for one in parts):
            continue
        report(f"{parts[0].name} had died: starting it again")
        try:
            run_proxy(layout, programs, workload, report)
        except LabError as error:
            stop(layout, parts)
            report(f"{error} The lab no longer runs its data plane.")
