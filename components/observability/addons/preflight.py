"""What is looked at before the addons are registered: their charts, and the StorageClasses of their volumes."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from components.observability.addons.charts import addon_chart, installed_addons
from components.observability.addons.grafana.settings import InstalledGrafana
from components.observability.addons.jaeger.settings import BadgerStorage, InstalledJaeger
from components.observability.addons.prometheus.settings import InstalledPrometheus
from components.observability.addons.settings import AddonsSettings
from components.observability.addons.shared import Persistence
from components.platform.chart_lock import LOCK_FILE, LockFileError, read_lock
from components.platform.cluster import ask
from components.platform.http import NoAnswerError, get
from components.platform.kubeconfig import ClusterAccess
from components.settings.codes import Code
from components.settings.problems import Path as SettingsPath
from components.settings.problems import Problem

TIMEOUT_SECONDS = 5.0
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


def addon_preflight(addons: AddonsSettings, access: ClusterAccess | None) -> Iterator[Problem]:
    """Problems when a chart is not within reach or not that of the lock file, or when no class makes a volume.

    OCI registries are not asked. Of a repository only the first bytes of its index are read, because those of these
    publishers are long; its digests are compared by `./mesh charts vendor` and `lock`.
    """
    found = [*_chart_problems(addons), *_lock_problems(addons)]
    yield from found
    if access is not None:
        yield from storage_problems(addons, access)


def volumes(addons: AddonsSettings) -> dict[SettingsPath, Persistence]:
    """The volumes of the installed addons, by their place in the stack file."""
    found: dict[SettingsPath, Persistence | None] = {}
    if isinstance(addons.prometheus, InstalledPrometheus):
        found["addons", "prometheus", "persistence"] = addons.prometheus.persistence
        found["addons", "prometheus", "alertmanager", "persistence"] = addons.prometheus.alertmanager.persistence
    if isinstance(addons.grafana, InstalledGrafana):
        found["addons", "grafana", "persistence"] = addons.grafana.persistence
    if isinstance(addons.jaeger, InstalledJaeger) and isinstance(addons.jaeger.storage, BadgerStorage):
        found["addons", "jaeger", "storage", "persistence"] = addons.jaeger.storage.persistence
    return {path: volume for path, volume in found.items() if volume}


def storage_problems(addons: AddonsSettings, access: ClusterAccess) -> Iterator[Problem]:
    """Volumes whose StorageClass the cluster does not have; none when it does not let this be asked.

    Source: kubernetes.io/docs/concepts/storage/storage-classes, "Default StorageClass".
    """
    wanted = volumes(addons)
    classes = _classes(access) if wanted else None
    if classes is None:
        return
    known = ", ".join(sorted(classes)) or "none"
    for path, volume in wanted.items():
        name = volume.storage_class_name
        here = (*path, "storageClassName")
        if name is None and not any(classes.values()):
            yield Problem(
                here,
                "required, because the cluster has no default StorageClass, so that the volume would never be made",
                f"Name one of those that it has ({known}), or give it a default one",
            )
        elif name is not None and name not in classes:
            yield Problem(
                here, f"the cluster has no StorageClass '{name}'", f"Choose one of those that it has: {known}"
            )


def _classes(access: ClusterAccess) -> dict[str, bool] | None:
    """The StorageClasses of the cluster, and whether each is a default one; None when it does not tell."""
    try:
        answer = ask(access, _CLASSES)
        document = cast("dict[str, Any]", json.loads(answer)) if answer else None
    except (NoAnswerError, ValueError):
        return None
    if document is None:
        return None
    items: list[dict[str, Any]] = document.get("items") or []
    return {one["metadata"]["name"]: one["metadata"].get("annotations", {}).get(_DEFAULT) == "true" for one in items}


def _chart_problems(addons: AddonsSettings) -> Iterator[Problem]:
    source, charts = addons.charts, {name: addon_chart(addons, name) for name in installed_addons(addons)}
    if source.folder:
        missing = [Path(chart.reference).name for chart in charts.values() if not Path(chart.reference).is_file()]
        if missing:
            yield Problem(
                ("addons", "charts", "folder"),
                f"'{source.folder}' lacks {', '.join(missing)}",
                "Fetch them there with `./mesh charts vendor --stack NAME`, or correct the path",
                Code.CHARTS_MISSING,
            )
        return
    for repository in dict.fromkeys(chart.repository for chart in charts.values()):
        if repository and (reason := _no_index(repository)):
            yield Problem(
                ("addons", "charts", "repository"),
                reason,
                "Correct the address, or without network use charts on disk: addons.charts.folder",
                Code.CHARTS_UNREACHABLE,
            )


def _no_index(repository: str) -> str | None:
    url = f"{repository.rstrip('/')}/index.yaml"
    try:
        answer = get(url, timeout_seconds=TIMEOUT_SECONDS, size=1)
    except NoAnswerError as error:
        return f"{url} does not answer ({error})"
    if answer.status < 400:
        return None
    return f"{url} answers with status {answer.status}, so that this is no Helm repository"


def _lock_problems(addons: AddonsSettings, lock: Path = LOCK_FILE) -> Iterator[Problem]:
    """Where a lock file is there: a problem for each chart that is not in it, or differs from it."""
    if not addons.charts.locked or not installed_addons(addons):
        return
    try:
        locked = read_lock(lock)
    except LockFileError:
        return  # The check of Istio's charts has told it.
    if locked is None:
        return
    digests = {(chart.name, chart.version): chart.sha256 for chart in locked}
    for name in installed_addons(addons):
        chart = addon_chart(addons, name)
        file = Path(chart.reference)
        title = file.name.removesuffix(f"-{chart.version}.tgz")
        stated = digests.get((title, chart.version))
        if stated is None:
            yield Problem(
                ("addons", name, "chartVersion"),
                f"{lock.name} has no {title} of version {chart.version}",
                "Run `./mesh charts lock --stack NAME`, and commit the file",
                Code.CHARTS_NOT_LOCKED,
            )
        elif addons.charts.folder and file.is_file():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            if digest != stated:
                yield Problem(
                    ("addons", "charts", "folder"),
                    f"{file} is not the chart of {lock.name}: its sha256 is {digest}, not {stated}",
                    "Fetch it anew with `./mesh charts vendor`. If the change is meant, run "
                    "`./mesh charts lock --stack NAME --renew`",
                    Code.CHARTS_NOT_LOCKED,
                )
