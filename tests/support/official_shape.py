"""Charts of addons in the shape of the publishers' own, made of the stand-ins, for a repository of a test's own.

What differs from a stand-in, as seen in the publishers' sources: kinds lie in a chart below the chart, values have
defaults and no schema, jobs around the operator's webhook run as hooks while it is on, and tests are hooks, too.
"""

import json
from pathlib import Path

import yaml

from components.observability.addons.charts import CatalogEntry, catalog
from components.observability.addons.extra_values import known_addon_values
from lab.addon_charts import KINDS, OPERATOR_CHART, STAND_INS
from lab.charts import pack

DESCRIPTION = "In the shape of the official chart."
_TEST = """
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}-test, annotations: {helm.sh/hook: test}}
spec: {restartPolicy: Never, containers: [{name: test, image: docker.io/library/busybox}]}
"""
_WEBHOOK_JOB = """
{{- if .Values.prometheusOperator.admissionWebhooks.enabled }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-admission-create
  annotations: {helm.sh/hook: "pre-install,pre-upgrade"}
spec:
  template:
    spec: {restartPolicy: OnFailure, containers: [{name: create, image: docker.io/library/busybox}]}
{{- end }}
"""


def official_archives(crds: Path | None = None) -> dict[str, bytes]:
    """The archives of the catalogue by file name; `crds` is the folder with the kinds of prometheus-operator."""
    return {f"{entry.chart}-{entry.version}.tgz": _official(addon, entry, crds) for addon, entry in catalog().items()}


def _official(addon: str, entry: CatalogEntry, crds: Path | None) -> bytes:
    folder = STAND_INS / entry.chart
    files = {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("templates/*.yaml"))}
    chart: dict[str, object] = {"apiVersion": "v2", "name": entry.chart, "version": entry.version}
    chart |= {"description": DESCRIPTION, "kubeVersion": ">=1.25.0-0"}
    values: dict[str, object] = {path[0]: {} for path in known_addon_values()[addon].owned if len(path) > 1}
    if entry.chart == OPERATOR_CHART:
        values |= {"crds": {"enabled": True}, "prometheusOperator": {"admissionWebhooks": {"enabled": True}}}
        chart["dependencies"] = [{"name": "crds", "version": "0.0.0", "condition": "crds.enabled"}]
        files["charts/crds/Chart.yaml"] = "apiVersion: v2\nname: crds\nversion: 0.0.0\n"
        files["templates/admission-create.yaml"] = _WEBHOOK_JOB
        for kind in KINDS if crds else ():
            name = f"monitoring.coreos.com_{kind}.yaml"
            files[f"charts/crds/crds/{name}"] = (crds / name).read_text() if crds else ""
    files |= {"values.yaml": json.dumps(values), "templates/tests/test.yaml": _TEST}
    return pack(entry.chart, {"Chart.yaml": yaml.safe_dump(chart), **files})
