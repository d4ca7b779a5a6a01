"""The policies as Pulumi's engine runs them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from mesh_policies.judge import judge_resource, judge_stack
from mesh_policies.policy import Policy, catalog
from mesh_policies.resources import UNKNOWN, Resource

Sdk = Any
"""The module pulumi_policy, which is installed in the pack's own environment only and has no types."""


def pack_policies(sdk: Sdk) -> list[Any]:
    """Every policy of the catalogue as an object of Pulumi's SDK for policy packs."""
    return [_policy(sdk, policy) for policy in catalog().values()]


def _policy(sdk: Sdk, policy: Policy) -> Any:
    make = sdk.StackValidationPolicy if policy.whole_stack else sdk.ResourceValidationPolicy
    validate = _stack_validation(sdk, policy) if policy.whole_stack else _resource_validation(sdk, policy)
    return make(
        name=policy.name,
        description=policy.title,
        validate=validate,
        enforcement_level=sdk.EnforcementLevel(policy.level.value),
        severity=sdk.Severity(policy.severity.value),
        config_schema=sdk.PolicyConfigSchema(properties={key: dict(one) for key, one in policy.parameters.items()}),
        url=f"https://{policy.source}",
    )


def _resource_validation(sdk: Sdk, policy: Policy) -> Callable[[Any, Callable[[str], None]], None]:
    def validate(args: Any, report: Callable[[str], None]) -> None:
        for message in judge_resource(policy, _resource(sdk, args, args.resource_type), args.get_config()):
            report(message)

    return validate


def _stack_validation(sdk: Sdk, policy: Policy) -> Callable[[Any, Callable[[str, str], None]], None]:
    def validate(args: Any, report: Callable[[str, str], None]) -> None:
        resources = [_resource(sdk, one, one.resource_type) for one in args.resources]
        for resource, message in judge_stack(policy, resources, args.get_config()):
            report(message, resource.urn)

    return validate


def _resource(sdk: Sdk, given: Any, kind: str) -> Resource:
    return Resource(
        urn=given.urn,
        type=kind,
        name=given.name,
        properties=_known(sdk, given.props),
        protected=bool(given.opts.protect),
    )


def _known(sdk: Sdk, value: Any) -> Any:
    """Properties as plain values. The SDK raises where one is unknown, which would end a policy for the resource."""
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: _entry(sdk, mapping, key) for key in mapping}
    if isinstance(value, Sequence) and not isinstance(value, str):
        sequence = cast("Sequence[Any]", value)
        return [_entry(sdk, sequence, index) for index in range(len(sequence))]
    return value


def _entry(sdk: Sdk, container: Any, key: str | int) -> Any:
    try:
        return _known(sdk, container[key])
    except sdk.proxy.UnknownValueError:
        return UNKNOWN
