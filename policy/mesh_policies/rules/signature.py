"""What a rule is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mesh_policies.findings import Finding
from mesh_policies.policy import Policy
from mesh_policies.resources import Resource

Parameters = Mapping[str, Any]
"""The value of each parameter of a policy, defaults included."""

ResourceRule = Callable[[Resource, Policy, Parameters], Iterator[Finding]]
"""Judges one resource."""

StackRule = Callable[[Sequence[Resource], Policy, Parameters], Iterator[tuple[Resource, Finding]]]
"""Judges all resources of a stack together, and tells of each finding which resource it is about."""
