"""Which rule belongs to which policy, and what its findings are worth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mesh_policies.configuration import Configuration
from mesh_policies.helm import chart_of
from mesh_policies.policy import Level, Policy, catalog
from mesh_policies.resources import UNKNOWN, Resource, fields
from mesh_policies.rules import (
    dashboards,
    envoy_filter,
    exceptions,
    gateways,
    load_balancers,
    mtls,
    protection,
    releases,
    sampling,
    scale,
    secret_values,
    timeouts,
    verification,
)
from mesh_policies.rules.signature import Parameters, ResourceRule, StackRule

RESOURCE_RULES: Mapping[str, ResourceRule] = {
    "mtls-strict": mtls.strict,
    "replicas": scale.replicas,
    "disruption-budget": scale.disruption_budget,
    "any-host": gateways.any_host,
    "tls-version": gateways.tls_version,
    "anonymous-dashboards": dashboards.anonymous,
    "envoy-filter": envoy_filter.unexplained,
    "ended-exceptions": exceptions.ended,
    "chart-version": releases.exact_version,
    "timeouts": timeouts.present,
    "tracing-sampling": sampling.small,
    "public-load-balancer": load_balancers.public,
    "protected-namespaces": protection.namespaces,
    "atomic-releases": releases.atomic,
    "skipped-verification": verification.skipped,
    "secret-values": secret_values.none,
}
"""Rules over single resources, by policy."""

STACK_RULES: Mapping[str, StackRule] = {"mtls-mesh-wide": mtls.mesh_wide}
"""Rules over a whole stack, by policy."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A resource that does not keep to a policy."""

    policy: Policy
    level: Level
    resource: Resource
    message: str


def judge_resource(policy: Policy, resource: Resource, configured: Parameters) -> Iterator[str]:
    """What the policy says against one resource; `configured` are the parameters that differ from their defaults."""
    parameters = {**policy.defaults, **configured}
    if not _excepted(resource, parameters) and not _acknowledged(resource, policy):
        for finding in RESOURCE_RULES[policy.name](resource, policy, parameters):
            yield finding.sentence(policy.acknowledgement)


def judge_stack(
    policy: Policy, resources: Sequence[Resource], configured: Parameters
) -> Iterator[tuple[Resource, str]]:
    """What the policy says against a whole stack, with the resource that each message is about."""
    parameters = {**policy.defaults, **configured}
    judged = [one for one in resources if not _excepted(one, parameters)]
    for resource, finding in STACK_RULES[policy.name](judged, policy, parameters):
        if not _acknowledged(resource, policy):
            yield resource, finding.sentence(policy.acknowledgement)


def violations(resources: Sequence[Resource], configuration: Configuration) -> list[Violation]:
    """Every violation of every policy that is not disabled, in the order of the catalogue."""
    found: list[Violation] = []
    for policy in catalog().values():
        level, parameters = configuration.of(policy)
        if level is Level.DISABLED:
            continue
        if policy.whole_stack:
            told = list(judge_stack(policy, resources, parameters))
        else:
            told = [(one, text) for one in resources for text in judge_resource(policy, one, parameters)]
        found += [Violation(policy=policy, level=level, resource=one, message=text) for one, text in told]
    return found


def _excepted(resource: Resource, parameters: Mapping[str, Any]) -> bool:
    return any(fnmatchcase(resource.stack, pattern) for pattern in parameters.get("exceptStacks", ()))


def _acknowledged(resource: Resource, policy: Policy) -> bool:
    """Whether the object says why it does not keep to the policy; a release has no annotations of its own."""
    if policy.acknowledgement is None or chart_of(resource):
        return False
    said = fields(resource.at("metadata", "annotations")).get(policy.acknowledgement)
    return said is UNKNOWN or (isinstance(said, str) and bool(said.strip()))
