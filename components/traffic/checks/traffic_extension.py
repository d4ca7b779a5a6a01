"""Checks of TrafficExtension."""

from collections.abc import Iterator

from components.kinds.resource import Resource
from components.settings.codes import Code
from components.settings.problems import Problem
from components.traffic.checks.policy_targets import policy_target_problems
from components.traffic.checks.wasm_plugin import sha256_problems, vm_environment_problems, wasm_url_problems


def traffic_extension_problems(resource: Resource) -> Iterator[Problem]:
    """A TrafficExtension without what it adds to a proxy, for nothing, or whose module Istio could not take.

    That it has not both of `wasm` and `lua` is in the shape. Source: the rules of its CRD, and the reference
    (extensions/v1alpha1/traffic_extension.proto of Istio's API 1.30.3), by which its module is that of a WasmPlugin.
    """
    spec = resource.spec
    yield from policy_target_problems(spec)
    if not spec.has("wasm") and not spec.has("lua"):
        yield spec.problem("neither wasm nor lua is there, and it needs one of them", "Add one", Code.MISSING_KEY)
    wasm = spec.at("wasm")
    yield from wasm_url_problems(wasm.at("url"))
    yield from sha256_problems(wasm)
    yield from vm_environment_problems(wasm.at("vmConfig", "env"))
