"""Addons on the lab: deployed, unchanged by a second deployment, without a secret in clear, and destroyed again.

Their charts are stand-ins, which take exactly the values that the program sets (tests/stand_in_charts).
"""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from lab.monitoring import run_monitoring
from lab.stack_file import MESH_KEY
from tests.lab.conftest import Lab
from tests.lab.observability.alerting.asking import Prometheus
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import eventually
from tests.lab.traffic.workloads import apply
from tests.observability.addons.stack import ALL
from tests.support.stacks import ROOT

pytestmark = pytest.mark.lab

NAMESPACE = "observability"
CLASS: dict[str, Any] = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "lab", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "kubernetes.io/no-provisioner",
    "volumeBindingMode": "WaitForFirstConsumer",
}
ALERTS: dict[str, Any] = {
    "runbookUrl": "https://runbooks.example.com",
    "receivers": {"chat": {"kind": "slack", "channel": "#mesh", "apiUrl": {"secret": "slack", "entry": "url"}}},
}
SLACK: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "slack", "namespace": NAMESPACE},
    "stringData": {"url": "https://hooks.example.com/services"},
}


def volume(number: int) -> dict[str, Any]:
    """A volume that nobody writes to: the pods of the lab do not run."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"lab-{number}"},
        "spec": {
            "capacity": {"storage": "100Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "lab",
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": "/nowhere"},
        },
    }


# Those of production: Grafana, Jaeger, and two each of the replicas that the operator makes once monitoring runs.
VOLUMES = [CLASS, *(volume(number) for number in range(6))]


@pytest.fixture(scope="module", params=["dev", "prod"])
def stack(request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """A committed stack with every addon as its profile has it, deployed."""
    name: str = request.param
    mesh = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"][MESH_KEY] | {
        "addons": ALL,
        "alerts": ALERTS,
    }
    apply(lab, VOLUMES)
    own = OwnStack(lab, tmp_path_factory.mktemp(name), f"addons-{name}", mesh)
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        yield own
    finally:
        gone = own.destroy()
        lab.kubectl("delete", *(f"{one['kind']}/{one['metadata']['name']}" for one in VOLUMES), "--wait=false")
    assert gone.returncode == 0, f"{gone.stdout}\n{gone.stderr}"
    left = [one for one in lab.leftovers() if NAMESPACE in one or "kube-prometheus" in one]
    assert left == [], "beside the kinds of Prometheus' operator, which Helm keeps, nothing of an addon may stay"


def test_a_second_deployment_of_addons_changes_nothing(stack: OwnStack) -> None:
    again = stack.up("--expect-no-changes")
    assert again.returncode == 0, f"random passwords and rendered charts must stay what they are:\n{again.stdout}"


def test_no_secret_of_an_addon_is_in_clear_in_the_state_or_in_helm_values(stack: OwnStack) -> None:
    secrets = {
        text
        for secret, key in (("grafana-admin", "admin-password"), ("kiali-signing-key", "signing-key"))
        for text in _both_forms(stack.lab, secret, key)
    }
    state = stack.pulumi("stack", "export").stdout
    helm = _helm_releases(stack.lab)
    assert len(secrets) == 4, "a password and a key, as text and in base64"
    assert "grafana-admin" in state, "the state is there to be searched"
    assert "secret:kiali-signing-key:signing-key" in helm, "Helm's own records are there to be searched"
    assert [text for text in secrets if text in state or text in helm] == [], "whoever reads these may not sign in"


def test_the_addons_are_connected_with_each_other(stack: OwnStack) -> None:
    config = yaml.safe_load(_get(stack.lab, "configmap/grafana", "{.data.datasources\\.yaml}"))
    sources = {one["name"]: one["url"] for one in config["datasources"]}
    kiali = yaml.safe_load(_get(stack.lab, "configmap/kiali", "{.data.config\\.yaml}"))["external_services"]
    services = _get(stack.lab, "service", "{.items[*].metadata.name}").split()
    hosts = {url.split("//")[1].split(".")[0] for url in [*sources.values(), kiali["prometheus"]["url"]]}
    hosts |= {kiali[name]["internal_url"].split("//")[1].split(".")[0] for name in ("grafana", "tracing")}
    assert hosts <= set(services), "an address without a Service behind it shows nothing"
    assert set(sources) == {"Prometheus", "Alertmanager", "Jaeger"}, "what is installed is shown"


# Of production's replicas the lab plays one each, so that nothing more would be seen there.
@pytest.mark.parametrize("stack", ["dev"], indirect=True)
def test_the_installed_prometheus_loads_the_stacks_rules_and_tells_alertmanager_with_its_receivers(
    stack: OwnStack,
) -> None:
    apply(stack.lab, [SLACK])
    running = run_monitoring(stack.lab.layout, stack.lab.programs, print)
    rules = set(_get(stack.lab, "prometheusrule", "{.items[*].spec.groups[*].name}").split())
    prometheus = Prometheus(running.prometheus[f"{NAMESPACE}/kube-prometheus-stack-prometheus"])
    alertmanager = running.alertmanager[f"{NAMESPACE}/kube-prometheus-stack-alertmanager"]

    def configuration() -> str:
        return httpx.get(f"{alertmanager}/api/v2/status", trust_env=False).json()["config"]["original"]

    try:
        eventually(lambda: {one["name"] for one in prometheus.get("/rules")["groups"]} == rules, "its rules are loaded")
        eventually(lambda: bool(prometheus.get("/alertmanagers")["activeAlertmanagers"]), "it knows whom to tell")
        eventually(lambda: "channel: '#mesh'" in configuration(), "the Secret alertmanager-istio-mesh is what holds")
    finally:
        prometheus.close()
    (file,) = [line.split(": ")[1] for line in configuration().splitlines() if "api_url_file" in line]
    assert Path(file).read_text(encoding="utf-8") == SLACK["stringData"]["url"], "the Secret of a receiver is mounted"


def _both_forms(lab: Lab, secret: str, key: str) -> list[str]:
    encoded = _get(lab, f"secret/{secret}", f"{{.data.{key}}}")
    return [encoded, base64.b64decode(encoded).decode()]


def _helm_releases(lab: Lab) -> str:
    """All that Helm keeps of its releases in the cluster, in plain."""
    done = lab.kubectl("get", "secret", "--all-namespaces", "--field-selector=type=helm.sh/release.v1", "-ojson")
    records = [one["data"]["release"] for one in json.loads(done.stdout)["items"]]
    return "".join(gzip.decompress(base64.b64decode(base64.b64decode(one))).decode() for one in records)


def _get(lab: Lab, resource: str, path: str) -> str:
    return lab.kubectl("get", f"--namespace={NAMESPACE}", resource, f"--output=jsonpath={path}").stdout
