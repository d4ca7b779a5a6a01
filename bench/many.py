"""A mesh with many services, as a stack of this project and as a plain Pulumi program with as many resources."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.measure import seconds
from bench.target import STACK, Bench
from components.platform.manifest import Manifest
from components.services.specs import derived
from components.settings.parse import parse_settings
from lab.layout import CHECKOUT
from lab.stack_file import MESH_KEY, check_stack_file, write_copy

ROUTED = "reviews"
"""The service of the sample that has pods of several versions, so that a change of its weights is seen."""
HOST = "bench.example.com"
PLAIN = "plain"
"""Stack and namespace of the plain program."""

_PROGRAM = """
import json, pathlib, pulumi_kubernetes
for one in json.loads(pathlib.Path("objects.json").read_text()):
    metadata = one["metadata"]
    pulumi_kubernetes.apiextensions.CustomResource(
        f"{one['kind']}-{metadata['name']}".lower(),
        api_version=one["apiVersion"], kind=one["kind"], metadata=metadata, spec=one["spec"],
    )
"""


def described(mesh: dict[str, Any], count: int, newer: int = 0) -> dict[str, Any]:
    """The mesh with `count` services, each with two versions, weights, testers and a route.

    Beside them is one that is exposed, with `newer` percent of its requests for v2. It is always there, because the
    sample has objects of the same names while no service takes their place.
    """
    exposure = [{"gateway": next(iter(mesh["gateways"])), "hosts": [HOST]}]
    routed = {ROUTED: {**_service(newer), "exposure": exposure}}
    return {**mesh, "services": routed | {f"service-{index}": _service(0) for index in range(count)}}


def calling(mesh: dict[str, Any], count: int) -> dict[str, Any]:
    """The mesh with services that each are exposed by a host of their own, and call three others."""
    found, gateway = described(mesh, count), next(iter(mesh["gateways"]))
    for index in range(count):
        found["services"][f"service-{index}"] |= {
            "exposure": [{"gateway": gateway, "hosts": [f"service-{index}.example.com"]}],
            "calls": [f"service-{(index + further) % count}" for further in (1, 2, 3)],
        }
    return found


def by_gateway_api(mesh: dict[str, Any], count: int) -> dict[str, Any]:
    """The mesh with services whose routes are HTTPRoutes; the sample's routes are not, so that it is left out."""
    found = described({**mesh, "samples": {}}, count)
    gateways = {name: {**one, "api": "gateway"} for name, one in mesh["gateways"].items()}
    services = {name: {**one, "api": "gateway"} for name, one in found["services"].items()}
    return {**found, "gateways": gateways, "services": services}


def _service(newer: int) -> dict[str, Any]:
    return {
        "namespace": "bookinfo",
        "port": 9080,
        "versions": {"v1": {}, "v2": {}},
        "weights": {"v1": 100 - newer, "v2": newer},
        "testers": [{"match": {"headers": {"x-tester": {"exact": "yes"}}}, "version": "v2"}],
        "routes": [{"name": "api", "match": [{"path": {"prefix": "/api/v2"}}], "version": "v2", "timeout": "5s"}],
        "trafficPolicy": {"connectionPool": {"tcp": {"maxConnections": 100}}},
    }


def dev_mesh() -> dict[str, Any]:
    """The `mesh` object of the committed dev stack."""
    return check_stack_file(CHECKOUT / f"Pulumi.{STACK}.yaml")["config"][MESH_KEY]


@dataclass(frozen=True)
class Ours:
    """The dev stack with services."""

    bench: Bench

    def describe(self, count: int, newer: int = 0) -> None:
        """Have the stack file describe so many services from now on."""
        document = {"config": {MESH_KEY: described(dev_mesh(), count, newer)}}
        target = self.bench.target
        write_copy(document, self._file.name, self._file, target.replacements)
        target.ensure_stack(STACK)

    def run(self, *arguments: str) -> float:
        """How long plain pulumi takes with it."""
        command = [str(self.bench.target.program), *arguments, f"--stack={STACK}", f"--config-file={self._file}"]
        return seconds(command, self.bench.environment(STACK), CHECKOUT)

    def resources(self) -> int:
        """How many resources with an object in the cluster are deployed now."""
        command = [str(self.bench.target.program), "stack", "export", f"--stack={STACK}"]
        environment = self.bench.environment(STACK)
        done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=True)
        return custom_resources(json.loads(done.stdout))

    @property
    def _file(self) -> Path:
        return self.bench.target.project / f"Pulumi.{STACK}.yaml"


def custom_resources(state: Mapping[str, Any]) -> int:
    """How many resources of an exported state a provider keeps; the providers themselves are none of them."""
    found: Sequence[Mapping[str, Any]] = state["deployment"].get("resources") or ()
    return sum(one["custom"] and not one["type"].startswith("pulumi:") for one in found)


def plain_objects(count: int, base: int) -> list[Manifest]:
    """What the plain program registers: `base` objects that are there before, and those of `count` services."""
    settings = parse_settings(json.dumps(described(dev_mesh(), count)), "bench")
    manifests = [one.manifest for one in derived(settings) if ROUTED not in one.origin]
    before = [_base_object(number) for number in range(base)]
    return [*before, *({**one, "metadata": {**one["metadata"], "namespace": PLAIN}} for one in manifests)]


def _base_object(number: int) -> Manifest:
    name = f"base-{number}"
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "DestinationRule",
        "metadata": {"name": name, "namespace": PLAIN},
        "spec": {"host": f"{name}.{PLAIN}.svc.cluster.local"},
    }


@dataclass(frozen=True)
class Theirs:
    """A program that only registers custom resources: as many as our mesh has, and those that the services come to."""

    bench: Bench

    def describe(self, count: int, base: int) -> int:
        """Write the program; returns how many resources it has."""
        objects = plain_objects(count, base)
        first = not self._folder.exists()
        self._folder.mkdir(exist_ok=True)
        (self._folder / "objects.json").write_text(json.dumps(objects))
        (self._folder / "__main__.py").write_text(_PROGRAM)
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(CHECKOUT / ".venv")}}
        (self._folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": PLAIN, "runtime": runtime}))
        if first:
            self.bench.kubectl("create", "namespace", PLAIN)
            self.run("stack", "init", "--non-interactive", "--no-select")
        return len(objects)

    def run(self, *arguments: str) -> float:
        """How long plain pulumi takes with it."""
        command = [str(self.bench.target.program), *arguments, f"--stack={PLAIN}"]
        return seconds(command, self.bench.environment(PLAIN), self._folder)

    @property
    def _folder(self) -> Path:
        return self.bench.layout.root / PLAIN
