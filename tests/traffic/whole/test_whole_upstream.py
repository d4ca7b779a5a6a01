"""Istio's samples and analysis fixtures, where its source is in Go's module cache: no false alarm, nothing missed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from components.kinds.catalog import kind_of
from components.resources.checks import resource_problems
from components.resources.settings import ResourceMetadata, ResourceSettings
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem
from components.traffic.checks.whole import traffic_problems
from tests.support.stacks import settings_of

pytestmark = pytest.mark.lab

# The samples of the Gateway API's TCPRoutes are for an Istio that was installed with it
# (istio.io/latest/docs/tasks/traffic-management/tcp-traffic-shifting).
ALPHA = {"env": {"PILOT_ENABLE_ALPHA_GATEWAY_API": "true"}}
BASE = settings_of({"profile": "demo", "istio": {"version": "1.30.3"}, "controlPlane": ALPHA})
DECLARED = settings_of(
    {
        "profile": "demo",
        "istio": {"version": "1.30.3"},
        "controlPlane": ALPHA,
        "namespaces": {"default": {"create": False, "injection": "enabled"}},
        "gateways": {
            name: {
                "namespace": "istio-ingress",
                "servers": [{"port": 8888, "protocol": "HTTP", "hosts": [f"{name}.test"]}],
            }
            for name in ("ingressgateway", "egressgateway", "eastwestgateway")
        },
    }
)
"""A stack with the namespace of the samples and the gateways of Istio's own profiles, so that more can be missed."""

FIXTURES = "pkg/config/analysis/analyzers/testdata"

BEFORE = {
    "bookinfo/networking/virtual-service-": "bookinfo/networking/destination-rule-all.yaml",
    "helloworld/gateway-api/helloworld-route": "helloworld/gateway-api/helloworld-gateway.yaml",
    "tcp-echo/gateway-api/tcp-echo-20-v2": "tcp-echo/gateway-api/tcp-echo-all-v1.yaml",
    "tcp-echo/tcp-echo-20-v2": "tcp-echo/tcp-echo-all-v1.yaml",
}
"""What Istio's tasks have applied before a file of the samples, by how its path begins."""

FOUND = {
    "conflicting-gateways.yaml": ("IST0145", {"default/alpha"}),
    "conflicting-gateways-multiple-ports.yaml": ("IST0145", {"default/alpha"}),
    "virtualservice_conflictingmeshgatewayhosts.yaml": (
        "IST0109",
        {"foo/bogus-productpage", "bar/ratings", "team2/ratings", "team4/ratings"},
    ),
    "virtualservice_destinationrules.yaml": (
        "IST0101",
        {"default/reviews-bogussubset", "default/reviews-mirror-bogussubset"},
    ),
    "virtualservice_gateways.yaml": ("IST0132", {"default/httpbin", "default/cross-test"}),
    "virtualservice_host_not_found_gateway.yaml": (
        "IST0132",
        {f"default/testing-service-{name}" for name in ("02-test-01", "02-test-02", "02-test-03", "03-test-04")},
    ),
    "virtualservice_host_not_found_gateway_with_ns_prefix.yaml": ("IST0132", {"default/testing-service-01-test-01"}),
    "sidecar-default-selector.yaml": ("IST0111", {"ns2/has-conflict-2"}),
    "sidecar-selector.yaml": ("IST0110", {"default/dupe-2"}),
}
"""Fixtures of Istio's analysis, and the objects in which the same is found; of two that conflict it is the later."""


def objects_of(files: Iterable[Path]) -> list[ResourceSettings]:
    """The objects of some files; one that comes again replaces the earlier one, as `kubectl apply` does."""
    found: dict[tuple[str, str, str], ResourceSettings] = {}
    for file in files:
        for text in file.read_text(encoding="utf-8").split("\n---"):
            try:
                value: Any = yaml.safe_load(text)
            except yaml.YAMLError:
                continue
            if isinstance(value, dict) and (one := _object(cast("dict[str, Any]", value))):
                found[one.kind, one.metadata.namespace or "", one.metadata.name] = one
    return list(found.values())


def _object(value: dict[str, Any]) -> ResourceSettings | None:
    kind = kind_of(str(value.get("apiVersion")), str(value.get("kind")))
    if kind is None:
        return None
    namespace = value["metadata"].get("namespace", "default") if kind.namespaced else None
    metadata = ResourceMetadata(name=value["metadata"]["name"], namespace=namespace)
    spec: dict[str, Any] = value.get("spec") or {}
    return ResourceSettings(api_version=value["apiVersion"], kind=kind.kind, metadata=metadata, spec=spec)


def told(objects: list[ResourceSettings], base: MeshSettings) -> list[Problem]:
    """What is said about these objects in a stack."""
    settings = base.model_copy(update={"resources": tuple(objects)})
    return traffic_problems(settings, [problem.path for problem in resource_problems(settings)])


@pytest.mark.parametrize("base", [BASE, DECLARED], ids=["nothing else", "namespace and gateways declared"])
def test_no_file_of_the_samples_contradicts_itself(istio: Path, base: MeshSettings) -> None:
    samples = istio / "samples"
    refused: list[str] = []
    checked = 0
    for file in sorted(samples.rglob("*.yaml")):
        name = str(file.relative_to(samples))
        before = [samples / other for begin, other in BEFORE.items() if name.startswith(begin)]
        objects = objects_of([*before, file])
        checked += bool(objects)
        refused += [problem.line(name) for problem in told(objects, base)]
    assert checked > 40, "with fewer, the samples were not found"
    assert refused == [], "a false alarm stops a deployment for nothing"


@pytest.mark.parametrize("file", FOUND)
def test_what_istio_finds_in_its_fixtures_is_found(istio: Path, file: str) -> None:
    code, expected = FOUND[file]
    objects = objects_of([istio / FIXTURES / file])
    settings = BASE.model_copy(update={"resources": tuple(objects)})
    found = {
        f"{objects[int(problem.path[1])].metadata.namespace}/{objects[int(problem.path[1])].metadata.name}"
        for problem in traffic_problems(settings)
        if f"({code})" in problem.rule and "no Gateway" not in problem.rule
    }
    assert found == expected, "what `istioctl analyze` says after the deployment is to be said before"
