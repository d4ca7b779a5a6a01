"""Services and pods as a team would deploy them itself: the stack files route to them, but do not make them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.lab.conftest import Lab

Labels = Mapping[str, str]


def workload(
    namespace: str, name: str, port: int, versions: Sequence[Labels] = ({"version": "v1"},)
) -> Iterator[dict[str, Any]]:
    """A Service, and a Deployment with one pod for each version; `app: NAME` is a label of all pods.

    The label `zone` says in which zone a pod runs; it stands for nothing else.
    """
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": port}]},
    }
    for version in versions:
        labels = {"app": name, **version}
        named = [version["version"]] if "version" in version else list(version.values())
        placed = {"nodeSelector": {"topology.kubernetes.io/zone": version["zone"]}} if "zone" in version else {}
        yield {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "-".join([name, *named]), "namespace": namespace},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "app", "image": "example/app"}], **placed},
                },
            },
        }


def of_services(mesh: Mapping[str, Any], *, without: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What the `services` of a stack file lead to, except in some namespaces."""
    return [
        manifest
        for name, service in mesh.get("services", {}).items()
        if service["namespace"] not in without
        for manifest in workload(service["namespace"], name, service["port"], versions_of(service))
    ]


def versions_of(service: Mapping[str, Any]) -> list[Labels]:
    """The labels of each version of a service; of one pod where it has none."""
    named: dict[str, dict[str, Any]] = service.get("versions") or {"v1": {}}
    return [one.get("labels", {"version": version}) for version, one in named.items()]


def apply(lab: Lab, manifests: Sequence[Mapping[str, Any]]) -> None:
    """Deploy them, and wait until their pods run."""
    items = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifests)})
    done = lab.kubectl("apply", "--filename=-", stdin=items)
    assert done.returncode == 0, done.stderr
    for namespace in {one["metadata"]["namespace"] for one in manifests if one["kind"] == "Deployment"}:
        waited = lab.kubectl(
            "wait", f"--namespace={namespace}", "deployment", "--all", "--for=condition=Available", "--timeout=60s"
        )
        assert waited.returncode == 0, waited.stderr
