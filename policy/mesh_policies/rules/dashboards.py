"""Who may look at dashboards."""

from collections.abc import Iterator
from typing import Any

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import Path, Resource, at, truth, walk
from mesh_policies.rules.signature import Parameters

_SWITCH = "GF_AUTH_ANONYMOUS_ENABLED"


def anonymous(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Grafana with anonymous sign-in, by its configuration or its environment, and Kiali with the strategy anonymous.

    Looked for in the values of any chart, in Kiali's own objects, and in the environment of Deployments.
    Sources: grafana.com/docs/grafana/latest/setup-grafana/configure-security/configure-authentication/anonymous-auth,
    kiali.io/docs/configuration/authentication.
    """
    for path, value in _looked_at(resource):
        if path[-1:] == ("auth",) and at(value, "strategy") == "anonymous":
            yield Finding(
                (*path, "strategy"), "'anonymous' shows Kiali to everybody", "Use openid, openshift, header or token"
            )
        if path[-1:] == ("auth.anonymous",) and truth(at(value, "enabled")):
            yield Finding((*path, "enabled"), "true shows Grafana to everybody", "Remove it")
        if path[-1:] == (_SWITCH,) and truth(value):
            yield Finding(path, "true shows Grafana to everybody", "Remove it")
        if at(value, "name") == _SWITCH and truth(at(value, "value")):
            yield Finding((*path, "value"), f"{_SWITCH}=true shows Grafana to everybody", "Remove it")


def _looked_at(resource: Resource) -> Iterator[tuple[Path, Any]]:
    if chart_of(resource):
        yield from walk(resource.at("values"), ("values",))
    elif resource.is_a("kiali.io", "Kiali") or resource.is_a("apps", "Deployment"):
        yield from walk(resource.at("spec"), ("spec",))
