"""Rules that let everybody in, whether they say so or say nothing."""

from collections.abc import Iterable, Iterator

from components.kinds.node import Node
from components.security.checks.sources import FIELDS

PLACES = ("services", "gateways")
"""The fields beside those of Istio by which settings name callers."""

_NAMES = ("principals", "namespaces")
_BLOCKS = ("ipBlocks", "remoteIpBlocks")
_KEYS = {
    "source.principal": "principals",
    "source.namespace": "namespaces",
    "source.ip": "ipBlocks",
    "remote.ip": "remoteIpBlocks",
    "source.serviceAccount": "serviceAccounts",
}
"""The conditions about who, each with the field of a source that says the same; and those about tokens."""
_TOKENS = "request.auth."


def everybody(rule: Node, sources: Iterable[Node]) -> Iterator[Node]:
    """Where a rule for `sources` lets everybody in: a value that does, or the source or rule that names nobody.

    Who a rule is for is said by its sources, and by conditions about who. What is left out (`notNamespaces`), and what
    a caller writes itself (headers, hosts, SNI), names nobody.
    """
    given = list(sources)
    yield from (one for source in given for one in _values_of(source))
    named = [one for one in rule.at("when") if _says_who(one)]
    if any(not list(_values_in(one)) for one in named):
        return
    if given:
        yield from (one for one in given if not any(one.at(field).items for field in (*FIELDS, *PLACES)))
    else:
        yield from [value for one in named for value in _values_in(one)] or [rule]


def told(node: Node) -> str:
    """What is wrong at such a place."""
    if node.text is None:
        return "lets everybody in, because it does not say who"
    if node.text.endswith("/0"):
        return f"'{node.text}' is every address"
    return f"'{node.text}' is everybody who has a certificate of the mesh"


def _values_of(source: Node) -> Iterator[Node]:
    for field in (*_NAMES, *_BLOCKS):
        yield from (one for one in source.at(field) if _takes_all(field, one.text or ""))


def _values_in(condition: Node) -> Iterator[Node]:
    field = _KEYS.get(condition.at("key").text or "", "")
    yield from (one for one in condition.at("values") if _takes_all(field, one.text or ""))


def _says_who(condition: Node) -> bool:
    key = condition.at("key").text or ""
    return bool(condition.at("values").items) and (key in _KEYS or key.startswith(_TOKENS))


def _takes_all(field: str, value: str) -> bool:
    """Whether a value is met by all identities of a trust domain, or by all addresses of a family.

    Source: StringMatcherWithPrefix in pilot/pkg/security/authz/matcher/string.go of Istio, for which a '*' at the end
    is any rest: 'cluster.local/*' and 'cluster.local/ns/*' are '*'.
    """
    if field in _BLOCKS:
        return value.endswith("/0")
    if field == "namespaces":
        return value != "" and not value.strip("*")
    parts = value.removesuffix("*").split("/")
    return field == "principals" and value.endswith("*") and (len(parts) < 3 or parts[1:] == ["ns", ""])
