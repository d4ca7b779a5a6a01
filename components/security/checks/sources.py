"""Checks of `from`: who sends the requests that a rule is for."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.checks.addresses import ip_block_problems
from components.security.checks.lists import values_problems, wildcard_problems
from components.settings.problems import Problem
from components.settings.wording import shown

FIELDS = ("principals", "requestPrincipals", "namespaces", "serviceAccounts", "ipBlocks", "remoteIpBlocks")
"""The fields of a Source; each has a negated one beside it."""

_BLOCKS = ("ipBlocks", "remoteIpBlocks")
_COMPARED = ("principals", "requestPrincipals")
_SPIFFE = "spiffe://"
_PRINCIPAL = "TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE_ACCOUNT"
_SIGNS = frozenset("\\^$.|?+()[]{}")


def negated(field: str) -> str:
    """The name of the negated field: notPrincipals for principals."""
    return f"not{field[0].upper()}{field[1:]}"


def from_problems(sources: Node) -> Iterator[Problem]:
    """Sources that Istio refuses, or in which a value can never be met.

    Source: ValidateAuthorizationPolicy of Istio's pkg/config/validation/validation.go.
    """
    if sources.given and not sources.items:
        yield sources.problem(
            "is empty, which is no condition and so takes everybody (a rule of this project)",
            "Add a source, or remove it",
        )
    for entry in sources:
        source = entry.at("source")
        if not source.keys or all(not source.at(key).items for key in source.keys):
            yield source.problem("names nobody", "Add principals, namespaces or address blocks, or remove the entry")
            continue
        yield from _mixed_problems(source)
        for field in FIELDS:
            for name in (field, negated(field)):
                yield from _field_problems(source.at(name), field)


def _mixed_problems(source: Node) -> Iterator[Problem]:
    accounts = next((one for one in ("serviceAccounts", "notServiceAccounts") if source.has(one)), None)
    others = ("principals", "notPrincipals", "namespaces", "notNamespaces")
    beside = [one for one in others if source.has(one)]
    if accounts and beside:
        yield source.at(accounts).problem(
            f"cannot stand beside {beside[0]}, which say the same of a certificate", f"Keep {accounts} or {beside[0]}"
        )


def _field_problems(values: Node, field: str) -> Iterator[Problem]:
    yield from values_problems(values)
    if field in _COMPARED:
        yield from wildcard_problems(values)
    for one in values:
        if field in _BLOCKS:
            yield from ip_block_problems(one)
        elif field == "serviceAccounts":
            yield from service_account_problems(one)
        elif field == "principals":
            yield from principal_problems(one)
        elif field == "namespaces":
            yield from namespace_problems(one)


def principal_problems(principal: Node) -> Iterator[Problem]:
    """The identity of a workload, as its certificate has it, without `spiffe://`; rules of this project.

    Istio puts that before it itself (StringMatcherWithPrefix in pilot/pkg/security/authz/matcher/string.go), so that
    what begins with it matches nobody.
    """
    text = principal.text
    if not text:
        return
    if text.startswith(_SPIFFE):
        yield principal.problem(
            f"{shown(text)} matches nobody: Istio puts '{_SPIFFE}' before it itself (a rule of this project)",
            f"Write '{text.removeprefix(_SPIFFE)}'",
        )
    elif "*" not in text and not _is_principal(text):
        yield principal.problem(
            f"{shown(text)} is not the identity of a workload, which is {_PRINCIPAL} (a rule of this project)",
            "For example: 'cluster.local/ns/shop/sa/cart'",
        )


def _is_principal(text: str) -> bool:
    parts = text.split("/")
    return len(parts) == 5 and parts[1] == "ns" and parts[3] == "sa" and all(parts)


def namespace_problems(namespace: Node) -> Iterator[Problem]:
    """A namespace, in which a `*` may stand anywhere.

    Istio makes a regular expression of it without escaping (srcNamespaceGenerator in
    pilot/pkg/security/authz/model/generator.go), through which signs that no namespace has get past the rule
    (release note 59992 of Istio 1.29.3). That they are refused is a rule of this project.
    """
    text = namespace.text or ""
    if _SIGNS & set(text) or "/" in text:
        yield namespace.problem(
            f"{shown(text)} has signs that no namespace has (a rule of this project)",
            "Use lower case letters, digits and '-'; a '*' stands for any of them",
        )


def service_account_problems(account: Node) -> Iterator[Problem]:
    """`NAME`, of the policy's own namespace, or `NAMESPACE/NAME`.

    Source: CheckServiceAccount of Istio's pkg/config/security/security.go; its numbers are in the shape.
    """
    text = account.text
    if not text:
        return
    parts = text.split("/")
    if "*" in text:
        yield account.problem(f"{shown(text)} has a '*', which is not possible here", "Name the service account")
    elif len(parts) > 2 or not all(parts):
        yield account.problem(f"{shown(text)} is not 'NAME' or 'NAMESPACE/NAME'", "For example: 'shop/cart'")
    elif (_SIGNS - {"."}) & set(text):
        yield account.problem(
            f"{shown(text)} has signs that no service account has (a rule of this project)",
            "Use lower case letters, digits, '-' and '.'",
        )
