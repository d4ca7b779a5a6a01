"""Workloads with an identity of their own, as every service of a mesh should have."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.lab.traffic.workloads import Labels, workload


def identified(name: str, port: int, second: int, versions: Sequence[Labels] = ({},)) -> Iterator[dict[str, Any]]:
    """NAMESPACE/NAME with a service account of its name, behind a Service with two ports."""
    namespace, _, short = name.partition("/")
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": short, "namespace": namespace}}
    for manifest in workload(namespace, short, port, versions):
        if manifest["kind"] == "Service":
            manifest["spec"]["ports"].append({"name": "http-second", "port": second})
        else:
            manifest["spec"]["template"]["spec"]["serviceAccountName"] = short
        yield manifest
