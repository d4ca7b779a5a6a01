"""What is in a cluster: every object but those that Kubernetes makes and renews by itself."""

import json
from pathlib import Path
from subprocess import run
from typing import Any

from lab.errors import LabError
from lab.gateway_api import BUNDLE_VERSION
from lab.layout import LabLayout, write_atomically

# Written by controllers all the time, or a view of other objects; none of it is anybody's to clean up.
EPHEMERAL = frozenset(
    {
        "events",
        "events.events.k8s.io",
        "leases.coordination.k8s.io",
        "componentstatuses",
        "endpoints",
        "endpointslices.discovery.k8s.io",
        "podmetrics.metrics.k8s.io",
        "nodemetrics.metrics.k8s.io",
    }
)


# Made by Kubernetes' controllers at a time of their choosing, which may be after a lab was new.
_OWN_CONFIG_MAPS = frozenset({"kube-root-ca.crt", "extension-apiserver-authentication"})


def objects(kubectl: Path, kubeconfig: Path) -> set[str]:
    """Every object of the cluster as `KIND NAMESPACE/NAME`, or `KIND NAME` for those without a namespace.

    Raises:
        LabError: the cluster does not answer.
    """
    base = [str(kubectl), f"--kubeconfig={kubeconfig}"]
    kinds = sorted(set(_output([*base, "api-resources", "--verbs=list", "--output=name"]).split()) - EPHEMERAL)
    found = json.loads(_output([*base, "get", ",".join(kinds), "--all-namespaces", "--output=json"]))
    return {_name(item) for item in found["items"] if not _of_kubernetes(item)}


def remember_baseline(layout: LabLayout, kubectl: Path) -> None:
    """Note what a new lab holds, once; `leftovers` counts from there."""
    if not _baseline(layout).exists():
        write_atomically(_baseline(layout), json.dumps(sorted(objects(kubectl, layout.kubeconfig)), indent=1))


def leftovers(layout: LabLayout, kubectl: Path) -> list[str]:
    """What is in the lab's cluster now and was not there when the lab was new.

    Raises:
        LabError: the lab does not answer or was never started.
    """
    if not _baseline(layout).exists():
        raise LabError(f"the lab {layout.name!r} was never started. Run './mesh lab up' first.")
    known = set(json.loads(_baseline(layout).read_text()))
    return sorted(objects(kubectl, layout.kubeconfig) - known)


def _baseline(layout: LabLayout) -> Path:
    return layout.root / "baseline.json"


def _of_kubernetes(item: dict[str, Any]) -> bool:
    kind, metadata = item["kind"], item["metadata"]
    if kind == "ConfigMap":
        return metadata["name"] in _OWN_CONFIG_MAPS
    if kind == "CustomResourceDefinition":  # The lab installs Gateway API, as managed clusters do.
        return BUNDLE_VERSION in metadata.get("annotations", {})
    if kind == "APIService":  # One comes and goes with the CRDs of each API group and version.
        return "kube-aggregator.kubernetes.io/automanaged" in metadata.get("labels", {})
    return kind == "ServiceAccount" and (metadata["namespace"] == "kube-system" or metadata["name"] == "default")


def _name(item: dict[str, Any]) -> str:
    metadata = item["metadata"]
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{item['kind']} {place}{metadata['name']}"


def _output(command: list[str]) -> str:
    done = run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"the cluster does not answer: {done.stderr.strip()}. See './mesh lab status'.")
    return done.stdout
