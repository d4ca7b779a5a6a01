"""Resources for policies to judge: single ones, and those of the committed stacks."""

from collections.abc import Mapping
from typing import Any

from mesh_policies.resources import Resource
from tests.program.stack_program import deployed


def resource(kind: str, inputs: Mapping[str, Any], *, protected: bool = False, stack: str = "prod") -> Resource:
    """One Kubernetes resource of a stack; `kind` is its type without the package."""
    name = "planted"
    return Resource(
        urn=f"urn:pulumi:{stack}::shop::kubernetes:{kind}::{name}",
        type=f"kubernetes:{kind}",
        name=name,
        properties=inputs,
        protected=protected,
    )


def resources_of(stack: str) -> list[Resource]:
    """Everything that a committed stack deploys."""
    return [
        Resource(
            # The engine of the tests calls every stack alike.
            urn=f"urn:pulumi:{stack}::{one.urn.partition('::')[2]}",
            type=one.type,
            name=one.name,
            properties=one.inputs,
            protected=one.protected,
        )
        for one in deployed(stack).registrations
    ]
