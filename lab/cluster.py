"""Bring one lab up, down, and tell how it is: the order of its parts and the repair of what died."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lab.addon_charts import package_addon_charts
from lab.charts import package_charts
from lab.credentials import ensure_credentials
from lab.errors import LabError
from lab.exclusive import exclusively
from lab.gateway_api import install_gateway_api
from lab.inventory import remember_baseline
from lab.layout import LabLayout, port_is_free
from lab.parts import (
    Part,
    agent,
    etcd,
    kube_apiserver,
    kube_controller_manager,
    kube_scheduler,
    kwok,
    write_configuration,
)
from lab.processes import Record, memory_bytes, process_of, records, start, stop, unrecorded
from lab.readiness import await_part, wait_until
from lab.settle import await_istiods, await_nodes, revive_data_planes

# Below this the store of a lab fills up within an hour of work; etcd then turns read-only and everything looks broken.
MINIMUM_FREE_BYTES = 1_000_000_000
# The parts without which a lab is not up.
CONTROL_PLANE = ("etcd", "kube-apiserver", "agent", "kube-controller-manager", "kube-scheduler", "kwok")
# A killed program counts as ended with its first thread; its sockets close with the last one.
_CLOSING_SECONDS = 5.0

Programs = Mapping[str, Path]
Report = Callable[[str], None]


def _silent(_line: str) -> None:
    """Where nobody wants to be told."""


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


def up(
    layout: LabLayout,
    programs: Programs,
    *,
    istio_version: str,
    report: Report,
    addon_charts: Mapping[str, bytes] | None = None,
) -> float:
    """Start what does not run, wait until all of it is ready, and return the seconds it took. Safe to call at any time.

    `addon_charts` are archives by chart that the lab offers in place of its stand-ins.

    Raises:
        LabError: a port is taken, the disk is full, or a part does not come up.
    """
    begun = time.monotonic()
    layout.root.mkdir(parents=True, exist_ok=True)
    _refuse_full_disk(layout)
    with exclusively(layout, report):
        ensure_credentials(layout.credentials)
        package_charts(programs["istio-charts"], istio_version, layout.charts)
        package_addon_charts(programs["prometheus-operator-crds"], layout.charts, addon_charts or {})
        for record in unrecorded(layout):
            # The agent records the istiods that it starts; only what an `up` starts can have lost its record.
            if record.name in CONTROL_PLANE:
                report(f"{record.name} runs without a record: stopping it")
                stop(layout, [record])
        write_configuration(layout)
        for stage in control_plane(layout, programs):
            _start_stage(layout, stage, report)
        await_nodes(layout, programs["kubectl"])
        install_gateway_api(layout, programs["kubectl"], programs["gateway-api"])
        remember_baseline(layout, programs["kubectl"])
        await_istiods(layout, report)
    revive_data_planes(layout, programs, report)
    return time.monotonic() - begun


def down(layout: LabLayout, *, delete: bool = False, report: Report = _silent) -> int:
    """Stop every process of the lab, the last started first, and return how many parts there were.

    The cluster's content stays for the next `up`, unless `delete` asks to remove the lab's folder with all it holds.
    """
    if not layout.root.exists():
        return 0
    with exclusively(layout, report):
        stopped = _stop_parts(layout, ("agent",))  # First: it would start again what it supervises.
        # The store goes last: what still runs may want to write, and a lost write-ahead is a broken lab.
        rest = sorted(set(_parts(layout)) - {"kube-apiserver", "etcd"})
        stopped += _stop_parts(layout, rest) + _stop_parts(layout, ("kube-apiserver",)) + _stop_parts(layout, ("etcd",))
        (layout.root / "ports.json").unlink(missing_ok=True)
        layout.socket.unlink(missing_ok=True)
        if delete:
            shutil.rmtree(layout.root)
            layout.lock.unlink(missing_ok=True)
    return stopped


def status(layout: LabLayout) -> list[PartStatus]:
    """Every part that was started, with the ones that died since, and those that are missing, named as such.

    Nothing where the lab is down.
    """
    known = records(layout)
    if not known:
        return []
    memory = memory_bytes(layout)
    found = [_status_of(record, memory.get(name, 0)) for name, record in known.items()]
    return [*found, *(PartStatus(name, "not started", None, 0, {}) for name in CONTROL_PLANE if name not in known)]


def _parts(layout: LabLayout) -> dict[str, Record]:
    """What may run of the lab, recorded or not."""
    return {**records(layout), **{record.name: record for record in unrecorded(layout)}}


def _stop_parts(layout: LabLayout, names: Sequence[str]) -> int:
    """Stop those of the named parts that there are, and return how many."""
    found = _parts(layout)
    there = [found[name] for name in names if name in found]
    stop(layout, there)
    return len(there)


def _refuse_full_disk(layout: LabLayout) -> None:
    free = shutil.disk_usage(layout.root).free
    if free < MINIMUM_FREE_BYTES:
        raise LabError(
            f"{layout.root}: only {free / 1e6:.0f} MB are free, the lab needs {MINIMUM_FREE_BYTES / 1e6:.0f} MB. "
            "Free some space, or check the project out on another disk."
        )


def _status_of(record: Record, memory: int) -> PartStatus:
    process = process_of(record)
    if process is None:
        return PartStatus(record.name, "died", None, 0, record.ports)
    restarts = int(record.notes.get("restarts", "0"))
    state = f"running, restarted {restarts}x" if restarts else "running"
    return PartStatus(record.name, state, record.pid, memory, record.ports)


def _start_stage(layout: LabLayout, stage: list[Part], report: Report) -> None:
    known = records(layout)
    awaited: list[tuple[Part, Record, bool]] = []
    for part in stage:
        record = known.get(part.name)
        if record is None or process_of(record) is None:
            awaited.append((part, _started(layout, part, record, report), True))
        else:
            awaited.append((part, record, False))
    for part, record, fresh in awaited:  # Also those that ran already: one that hangs is not ready.
        if not fresh and _still_answers(layout, part, record):
            continue
        begun = time.monotonic()
        await_part(layout, part, record if fresh else _started(layout, part, record, report))
        report(f"{part.name} is ready ({time.monotonic() - begun:.1f} s)")


def _started(layout: LabLayout, part: Part, before: Record | None, report: Report) -> Record:
    if before is not None:
        report(f"{part.name} had died: starting it again")
        stop(layout, [before])
    _refuse_taken_ports(layout, part, seconds=_CLOSING_SECONDS if before else 0)
    return start(layout, part.name, part.command, ports=part.ports, env=part.env)


def _still_answers(layout: LabLayout, part: Part, record: Record) -> bool:
    """Whether a part that ran does so still; False for one that was dying: just killed, it counts as running.

    Raises:
        LabError: it runs, and does not answer.
    """
    try:
        await_part(layout, part, record)
    except LabError:
        if process_of(record) is not None:
            raise
        return False
    return True


def _refuse_taken_ports(layout: LabLayout, part: Part, *, seconds: float) -> None:
    for use, port in part.ports.items():
        if not wait_until(partial(port_is_free, port), seconds):
            raise LabError(
                f"{part.name}: port {port} on 127.0.0.1 ({use}) is in use by another program. "
                f"Stop it, or let the lab {layout.name!r} take other ports: './mesh lab down', then './mesh lab up'."
            )
