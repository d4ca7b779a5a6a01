"""Checks of ProxyConfig."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.traffic.checks.policy_targets import selector_problems


def proxy_config_problems(resource: Resource) -> Iterator[Problem]:
    """A ProxyConfig that Istio refuses or warns about, or whose variables no pod can have.

    Source: ValidateProxyConfig of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    yield from selector_problems(spec.at("selector"), "matchLabels")
    yield from _variable_problems(spec.at("environmentVariables"))


def _variable_problems(variables: Node) -> Iterator[Problem]:
    """Names that Kubernetes refuses for a container's variable, so that every pod that gets injected would fail.

    Source: IsRelaxedEnvVarName of Kubernetes' apimachinery (printable ASCII characters without '=').
    """
    for name, variable in variables.entries:
        if not name or "=" in name or not (name.isascii() and name.isprintable()):
            yield variable.problem(
                f"'{name}' is not the name of an environment variable, so that no pod could be injected",
                "Use letters, digits and '_', for example 'MY_VARIABLE'",
            )
