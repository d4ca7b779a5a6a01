"""Runs components without Pulumi's engine, and records what they would have asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pulumi.runtime import Mocks, mocks, rpc, set_mocks
from pulumi.runtime.settings import get_root_resource, set_root_resource

PROJECT = "istio-mesh"
_SECRET_MARK = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")
"""Key and value by which the engine's wire format marks a secret (sdk/go/common/resource/sig)."""

RELEASE = "kubernetes:helm.sh/v3:Release"
SERVICE = "kubernetes:core/v1:ServicePatch"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One request to register or read a resource."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    provider: str
    dependencies: frozenset[str]
    retained: bool
    """Whether it stays in the cluster when the stack lets go of it."""
    protected: bool
    """Whether Pulumi refuses to delete it."""
    inputs: Mapping[str, Any]
    deleted_with: str = ""
    """The resource with whose deletion it is gone as well."""
    alias_types: frozenset[str] = frozenset()
    """The types at which it may be in the state as well."""


@dataclass
class Cluster(Mocks):
    """Answers as a cluster would: releases report their status, and Services the ports that their release asked for."""

    ports: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """NAMESPACE/NAME of a gateway -> the ports of its Service."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        """No function of a provider is used."""
        raise AssertionError(f"the program calls {args.token}, which no test knows about")

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The identifier and the state of a new or read resource."""
        inputs: dict[str, Any] = cast("Any", args).inputs
        if args.typ == RELEASE:
            status = {"name": inputs["name"], "namespace": inputs["namespace"], "revision": 1}
            identifier = f"{inputs['namespace']}/{inputs['name']}"
            self.ports[identifier] = inputs.get("values", {}).get("service", {}).get("ports", [])
            return identifier, inputs | {"status": status}
        if args.typ == SERVICE:
            identifier = f"{inputs['metadata']['namespace']}/{inputs['metadata']['name']}"
            opened = [{**port, "nodePort": 31000 + int(port["port"]) % 1000} for port in self.ports.get(identifier, [])]
            load_balancer = {"ingress": [{"ip": "203.0.113.7"}]}
            return identifier, inputs | {"spec": {"ports": opened}, "status": {"loadBalancer": load_balancer}}
        return args.resource_id or args.name, inputs


class Recorder(mocks.MockMonitor):
    """Keeps the raw requests, because mocks see neither parents nor dependencies."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster)
        self.registrations: list[Registration] = []
        self.reads: list[Registration] = []
        self.outputs_of: list[str] = []
        self.exports: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name of the remote procedure
        """Record the request and answer as usual."""
        response = self._untyped.RegisterResource(request)
        self.registrations.append(_registration(request, response.urn, request.object))
        return response

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - the name of the remote procedure
        """Record the request and answer as usual."""
        response = self._untyped.ReadResource(request)
        self.reads.append(_registration(request, response.urn, request.properties))
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the name of the remote procedure
        """Record whose outputs they are."""
        self.outputs_of.append(request.urn)
        return self._untyped.RegisterResourceOutputs(request)

    @property
    def _untyped(self) -> Any:
        """The monitor of the SDK, whose methods have no types."""
        return super()

    def of_type(self, token: str) -> list[Registration]:
        """The registered resources of one type, by name."""
        return sorted((one for one in self.registrations if one.type == token), key=lambda one: one.name)

    def named(self, name: str) -> Registration:
        """The one registered resource of this name."""
        found = [one for one in self.registrations if one.name == name]
        assert len(found) == 1, f"{len(found)} resources are named {name}; names have to be unique to be found"
        return found[0]

    def children_of(self, parent: Registration) -> list[Registration]:
        """Registered and read resources right below `parent`."""
        return [one for one in [*self.registrations, *self.reads] if one.parent == parent.urn]


def run(
    program: Callable[[], object], *, stack: str = "test", preview: bool = False, cluster: Cluster | None = None
) -> Recorder:
    """Run `program` to its end, with every registration drained, and return what it asked for.

    Absence of a resource may only be asserted on what this returns, since registrations happen in the background.
    """
    recorder = Recorder(cluster or Cluster())
    # Without this the stack of an earlier test would stay, and with it that test's exports.
    set_root_resource(cast("pulumi.Resource", None))
    set_mocks(cluster or Cluster(), project=PROJECT, stack=stack, preview=preview, monitor=recorder)

    def drained() -> pulumi.Output[Any]:
        program()
        exports = cast("dict[str, Any]", getattr(get_root_resource(), "outputs"))  # noqa: B009 - typed as any resource
        return pulumi.Output.all(**exports).apply(recorder.exports.update)

    cast("Any", pulumi.runtime).test(drained)()
    return recorder


def plain(value: Any) -> Any:
    """Inputs as YAML writes them: secrets masked, whole numbers without the '.0' of the wire format."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if _SECRET_MARK in fields.items():
            return "[secret]"
        return {key: plain(fields[key]) for key in sorted(fields)}
    if isinstance(value, list):
        return [plain(one) for one in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _type_of(alias: Any) -> str:
    """The type of an alias, which an older engine is given as a URN: urn:pulumi:STACK::PROJECT::PARENTS$TYPE::NAME."""
    return alias.spec.type or alias.urn.split("::")[2].rpartition("$")[2]


def _registration(request: Any, urn: str, properties: Any) -> Registration:
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        custom=bool(getattr(request, "custom", True)),
        parent=request.parent,
        provider=request.provider,
        dependencies=frozenset(request.dependencies),
        retained=bool(getattr(request, "retainOnDelete", False)),
        protected=bool(getattr(request, "protect", False)),
        inputs=plain(rpc.deserialize_properties(properties, keep_unknowns=True)),
        deleted_with=getattr(request, "deletedWith", ""),
        alias_types=frozenset(_type_of(one) for one in getattr(request, "aliases", ())),
    )
