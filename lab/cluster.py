"""Bring one lab up, down, and tell how it is: the order of its parts and the repair of what died."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, run

from filelock import FileLock

from lab.charts import package_charts
from lab.credentials import ensure_credentials
from lab.errors import LabError
from lab.layout import LabLayout, port_is_free
from lab.parts import (
    DATA,
    Part,
    agent,
    etcd,
    kube_apiserver,
    kube_controller_manager,
    kube_scheduler,
    kwok,
    write_configuration,
)
from lab.processes import Record, process_of, records, session_memory_bytes, start, stop
from lab.readiness import await_part, wait_until

# Below this the store of a lab fills up within an hour of work; etcd then turns read-only and everything looks broken.
MINIMUM_FREE_BYTES = 1_000_000_000
NODES = 3

Programs = Mapping[str, Path]
Report = Callable[[str], None]


@dataclass(frozen=True)
class PartStatus:
    """One part as `status` shows it. `memory_bytes` counts what is resident of the part and of its children."""

    name: str
    state: str
    pid: int | None
    memory_bytes: int
    ports: Mapping[str, int]


def control_plane(layout: LabLayout, programs: Programs) -> list[list[Part]]:
    """The parts in the order of their start; those of one stage start together."""
    return [
        [etcd(layout, programs["etcd"])],
        [kube_apiserver(layout, programs["kube-apiserver"]), agent(layout, programs["pilot-discovery"])],
        [
            kube_controller_manager(layout, programs["kube-controller-manager"]),
            kube_scheduler(layout, programs["kube-scheduler"]),
            kwok(layout, programs["kwok"]),
        ],
    ]


def up(layout: LabLayout, programs: Programs, *, istio_version: str, report: Report) -> float:
    """Start what does not run, wait until all of it is ready, and return the seconds it took. Safe to call at any time.

    Raises:
        LabError: a port is taken, the disk is full, or a part does not come up.
    """
    begun = time.monotonic()
    layout.root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(layout.root).free
    if free < MINIMUM_FREE_BYTES:
        raise LabError(
            f"{layout.root}: only {free / 1e6:.0f} MB are free, the lab needs {MINIMUM_FREE_BYTES / 1e6:.0f} MB. "
            "Free some space, or check the project out on another disk."
        )
    with FileLock(layout.root / "lock"):
        ensure_credentials(layout.credentials)
        package_charts(programs["istio-charts"], istio_version, layout.charts)
        write_configuration(layout)
        for stage in control_plane(layout, programs):
            _start_stage(layout, stage, report)
        _await_nodes(layout, programs["kubectl"])
    return time.monotonic() - begun


def down(layout: LabLayout, *, delete: bool = False) -> int:
    """Stop every process of the lab, the last started first, and return how many parts there were.

    The cluster's content stays for the next `up`, unless `delete` asks to remove the lab's folder with all it holds.
    """
    if not layout.root.exists():
        return 0
    with FileLock(layout.root / "lock"):
        found = records(layout)
        early = [found[name] for name in ("kube-apiserver", "etcd") if name in found]
        # The store goes last: what still runs may want to write, and a lost write-ahead is a broken lab.
        stop(layout, [record for record in found.values() if record not in early])
        for record in early:
            stop(layout, [record])
        (layout.root / "ports.json").unlink(missing_ok=True)
    if delete:
        shutil.rmtree(layout.root)
    return len(found)


def status(layout: LabLayout) -> list[PartStatus]:
    """Every part that was started, with the ones that died since named as such."""
    return [_status_of(record) for record in records(layout).values()]


def _status_of(record: Record) -> PartStatus:
    process = process_of(record)
    if process is None:
        return PartStatus(record.name, "died", None, 0, record.ports)
    restarts = int(record.notes.get("restarts", "0"))
    state = f"running, restarted {restarts}x" if restarts else "running"
    return PartStatus(record.name, state, record.pid, session_memory_bytes(record.pid), record.ports)


def _start_stage(layout: LabLayout, stage: list[Part], report: Report) -> None:
    known = records(layout)
    started: list[tuple[Part, Record]] = []
    for part in stage:
        record = known.get(part.name)
        if record is not None and process_of(record) is not None:
            continue
        if record is not None:
            report(f"{part.name} had died: starting it again")
            stop(layout, [record])
        _refuse_taken_ports(layout, part)
        started.append((part, start(layout, part.name, part.command, ports=part.ports, cwd=layout.checkout)))
    for part, record in started:
        begun = time.monotonic()
        await_part(layout, part, record)
        report(f"{part.name} is ready ({time.monotonic() - begun:.1f} s)")


def _refuse_taken_ports(layout: LabLayout, part: Part) -> None:
    for use, port in part.ports.items():
        if not port_is_free(port):
            raise LabError(
                f"{part.name}: port {port} on 127.0.0.1 ({use}) is in use by another program. "
                f"Stop that program, or let the lab {layout.name!r} take other ports: './mesh lab down', './mesh lab up'."
            )


def _await_nodes(layout: LabLayout, kubectl: Path) -> None:
    base = [str(kubectl), f"--kubeconfig={layout.kubeconfig}"]

    def applied() -> bool:
        return (
            run([*base, "apply", "-f", str(DATA / "nodes.yaml")], stdout=PIPE, stderr=STDOUT, check=False).returncode
            == 0
        )

    def ready() -> bool:
        query = "jsonpath={range .items[*]}{.status.conditions[?(@.type=='Ready')].status}{'\\n'}{end}"
        answer = run([*base, "get", "nodes", "-o", query], stdout=PIPE, stderr=STDOUT, check=False, text=True)
        return answer.stdout.split().count("True") == NODES

    if not (wait_until(applied, 20) and wait_until(ready, 30)):
        raise LabError(
            f"the lab's {NODES} nodes did not become Ready. See {layout.log('kwok')} and './mesh lab status'."
        )
