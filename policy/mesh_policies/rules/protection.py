"""What must not be deleted by mistake."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from mesh_policies.findings import Finding
from mesh_policies.policy import Policy
from mesh_policies.resources import Resource
from mesh_policies.rules.signature import Parameters


def namespaces(resource: Resource, _policy: Policy, parameters: Parameters) -> Iterator[Finding]:
    """Namespaces that the stack makes and that Pulumi would delete; one that it only labels is not its own."""
    if not resource.is_a("core", "Namespace") or resource.partial or resource.protected:
        return
    name = resource.at("metadata", "name")
    wanted = parameters["namespaces"]
    if any(fnmatchcase(name if isinstance(name, str) else resource.name, one) for one in wanted):
        yield Finding(("options", "protect"), "not true, so that Pulumi deletes the namespace", "Set it to true")
