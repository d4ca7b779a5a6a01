"""Whether one rule of an AuthorizationPolicy is for every request that another one is for.

Sound, not complete: what is said to be covered is covered. How values are compared follows
pilot/pkg/security/authz/model/generator.go and matcher/string.go of Istio.
"""

from ipaddress import ip_network

from components.kinds.node import Node
from components.security.checks import operations, sources
from components.security.checks.path_templates import is_template

_BLOCKS = ("ipBlocks", "remoteIpBlocks")
_EXACT = ("ports", "serviceAccounts")
_ANYTHING = Node({}, ())


def rule_covers(wide: Node, narrow: Node) -> bool:
    """Whether `wide` is for every request that `narrow` is for."""
    return (
        _entries_cover(wide.at("from"), narrow.at("from"), "source", sources.FIELDS)
        and _entries_cover(wide.at("to"), narrow.at("to"), "operation", operations.FIELDS)
        and _conditions(wide) <= _conditions(narrow)
    )


def _entries_cover(wide: Node, narrow: Node, part: str, fields: tuple[str, ...]) -> bool:
    wider = [one.at(part) for one in wide] or [_ANYTHING]
    narrower = [one.at(part) for one in narrow] or [_ANYTHING]
    return all(any(_entry_covers(one, other, fields) for one in wider) for other in narrower)


def _entry_covers(wide: Node, narrow: Node, fields: tuple[str, ...]) -> bool:
    for field in fields:
        wanted, given = wide.at(field).texts, narrow.at(field).texts
        if wanted and not (given and all(any(_value_covers(field, one, two) for one in wanted) for two in given)):
            return False
        excluded, others = wide.at(sources.negated(field)).texts, narrow.at(sources.negated(field)).texts
        # What the wide one leaves out has to be left out by the narrow one as well.
        if excluded and not all(any(_value_covers(field, two, one) for two in others) for one in excluded):
            return False
    return True


def _conditions(rule: Node) -> set[tuple[str, frozenset[str], frozenset[str]]]:
    return {
        (one.at("key").text or "", frozenset(one.at("values").texts), frozenset(one.at("notValues").texts))
        for one in rule.at("when")
    }


def _value_covers(field: str, wide: str, narrow: str) -> bool:
    """Whether everything that `narrow` matches is matched by `wide`."""
    if field in _BLOCKS:
        return _block_covers(wide, narrow)
    if field == "hosts":
        wide, narrow = wide.lower(), narrow.lower()
    if wide == narrow:
        return True
    if field in _EXACT or is_template(wide) or is_template(narrow):
        return wide == "*" and field not in _EXACT
    if wide == "*":
        return True
    if wide.startswith("*"):
        return not narrow.endswith("*") and narrow.endswith(wide[1:])
    return wide.endswith("*") and not narrow.startswith("*") and narrow.startswith(wide[:-1])


def _block_covers(wide: str, narrow: str) -> bool:
    try:
        outer, inner = ip_network(wide, strict=False), ip_network(narrow, strict=False)
    except ValueError:
        return False
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
