"""Sources, operations and conditions in the words of an AuthorizationPolicy."""

from collections.abc import Mapping, Sequence

from components.security.authorization.identities import account_principal, gateway_principal, service_principal
from components.security.authorization.settings import Conditions, RuleCondition, RuleOperation, RuleSource
from components.services.callers import CallerSettings, CallSettings, SourceSettings
from components.services.request_matches import claim_path
from components.settings.mesh import MeshSettings

Rule = dict[str, object]
"""One rule of an AuthorizationPolicy."""
Source = dict[str, list[str]]
"""A Source of an AuthorizationPolicy: names of fields and their values."""


def operation(one: CallSettings | CallerSettings | RuleOperation) -> dict[str, object]:
    """An Operation; empty for everything."""
    written: dict[str, object] = {
        "hosts": list(getattr(one, "hosts", ())),
        "methods": [method.value for method in one.methods],
        "paths": list(one.paths),
        "ports": [str(port) for port in one.ports],
    }
    if isinstance(one, RuleOperation):
        written |= {
            "notHosts": list(one.not_hosts),
            "notMethods": [method.value for method in one.not_methods],
            "notPaths": list(one.not_paths),
            "notPorts": [str(port) for port in one.not_ports],
        }
    return {key: value for key, value in written.items() if value}


def source(settings: MeshSettings, one: SourceSettings, namespace: str) -> Source:
    """A Source; empty for everybody.

    Service accounts are written as principals, because Istio refuses the two beside each other
    (ValidateAuthorizationPolicy in pkg/config/validation/validation.go). Names that lead nowhere are left out: a check
    says so.
    """
    written: Source = {
        "principals": [
            *(service_principal(settings, key) for key in one.services if key in settings.services),
            *(gateway_principal(settings, name) for name in one.gateways if name in settings.gateways),
            *(account_principal(settings, text, namespace) for text in one.service_accounts),
            *one.principals,
        ],
        "namespaces": list(one.namespaces),
        "ipBlocks": list(one.ip_blocks),
        "remoteIpBlocks": list(one.remote_ip_blocks),
        "requestPrincipals": list(one.request_principals),
    }
    if isinstance(one, RuleSource):
        accounts = [account_principal(settings, text, namespace) for text in one.not_service_accounts]
        written |= {
            "notPrincipals": [*accounts, *one.not_principals],
            "notNamespaces": list(one.not_namespaces),
            "notIpBlocks": list(one.not_ip_blocks),
            "notRemoteIpBlocks": list(one.not_remote_ip_blocks),
            "notRequestPrincipals": list(one.not_request_principals),
        }
    return {key: value for key, value in written.items() if value}


def claim_conditions(claims: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Conditions on claims; 'a.b' is the claim b within a.

    Source: istio.io/latest/docs/reference/config/security/conditions, request.auth.claims.
    """
    return [
        {"key": "request.auth.claims" + "".join(f"[{part}]" for part in claim_path(name)), "values": list(values)}
        for name, values in claims.items()
    ]


def condition(one: RuleCondition) -> dict[str, object]:
    """A Condition."""
    written: dict[str, object] = {"key": one.key, "values": list(one.values), "notValues": list(one.not_values)}
    return {key: value for key, value in written.items() if value}


def rule(froms: Sequence[object], operations: Sequence[object], when: Sequence[object] = ()) -> Rule:
    """A rule for everything that one of `froms` does with one of `operations`; an empty one stands for any."""
    sources = [] if any(not one for one in froms) else [{"source": one} for one in froms]
    targets = [] if any(not one for one in operations) else [{"operation": one} for one in operations]
    written: dict[str, object] = {"from": sources, "to": targets, "when": list(when)}
    return {key: value for key, value in written.items() if value}


def conditions_rule(settings: MeshSettings, given: Conditions, namespace: str) -> Rule:
    """The rule of `from`, `to` and `when` for workloads of a namespace."""
    return rule(
        [source(settings, one, namespace) for one in given.from_],
        [operation(one) for one in given.to],
        [condition(one) for one in given.when],
    )
