"""Checks of `when`: further conditions of a rule, by key."""

import re
from collections.abc import Callable, Iterator, Mapping

from components.kinds.node import Node
from components.security.checks.addresses import destination_port_problems, ip_block_problems
from components.security.checks.lists import values_problems, wildcard_problems
from components.security.checks.sources import namespace_problems, principal_problems, service_account_problems
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion
from components.traffic.checks.values import is_header_name

PLAIN = (
    "source.ip",
    "remote.ip",
    "source.namespace",
    "source.serviceAccount",
    "source.principal",
    "request.auth.principal",
    "request.auth.audiences",
    "request.auth.presenter",
    "destination.ip",
    "destination.port",
    "connection.sni",
)
"""The keys that are complete (istio.io/latest/docs/reference/config/security/conditions)."""

HEADERS, CLAIMS, FILTERS = "request.headers", "request.auth.claims", "experimental.envoy.filters."
_BRACKETS = {HEADERS: "[NAME]", CLAIMS: "[NAME]", FILTERS: "FILTER[KEY]"}
_GONE = {
    "destination.namespace": "Put the policy into that namespace",
    "destination.labels": "Use `selector` of the policy",
    "destination.name": "Use `selector` of the policy",
    "destination.user": "Use `selector` of the policy",
}
_IN_BRACKETS = re.compile(r"(?:\[[^\[\]]+\])+")
_MOST_ACCOUNTS, _LONGEST_ACCOUNT = 16, 320
_COMPARED = (
    "source.principal",
    "request.auth.principal",
    "request.auth.audiences",
    "request.auth.presenter",
    "connection.sni",
)


def when_problems(conditions: Node) -> Iterator[Problem]:
    """Conditions without values, on keys that Istio does not know, or whose values cannot be met.

    Source: ValidateAttribute of Istio's pkg/config/security/security.go.
    """
    for condition in conditions:
        key = condition.at("key")
        if key.text is None:
            continue
        found = list(_key_problems(key))
        yield from found
        if not any(condition.at(name).items for name in ("values", "notValues")):
            yield condition.problem("has neither values nor notValues", "Add one of them")
            continue
        for name in ("values", "notValues"):
            yield from values_problems(condition.at(name))
            if not found:
                yield from _value_problems(key.text, condition.at(name))


def _key_problems(key: Node) -> Iterator[Problem]:
    text = key.text or ""
    if not text:
        yield key.problem("is empty", f"Name what is compared, for example '{HEADERS}[x-user]'")
        return
    gone = next((fix for name, fix in _GONE.items() if text == name or text.startswith(f"{name}[")), None)
    if gone:
        yield key.problem(f"{shown(text)} is a key of an earlier Istio", gone)
        return
    begin = next((one for one in _BRACKETS if text.startswith(one)), None)
    if begin is None:
        if text not in PLAIN:
            meant = suggestion(text, PLAIN)
            yield key.problem(
                f"{shown(text)} is no key that Istio knows",
                f"Did you mean '{meant}'?"
                if meant
                else f"Choose one of {', '.join(PLAIN)}, {HEADERS}[NAME] or {CLAIMS}[NAME]",
            )
    elif not _complete(begin, text):
        own = "" if _is_refused(text) else " (a rule of this project)"
        yield key.problem(f"{shown(text)} does not have the form {begin}{_BRACKETS[begin]}{own}", _example(begin))


def _is_refused(text: str) -> bool:
    """Whether Istio itself refuses a key for its brackets; others it leaves out of the rule, which widens a DENY."""
    return not text.endswith("]") or not 0 < text.find("[") < len(text) - 2


def _complete(begin: str, text: str) -> bool:
    rest = text.removeprefix(begin)
    if begin == FILTERS:
        return re.fullmatch(r"[^\[\]]+\[[^\[\]]+\]", rest) is not None
    if not _IN_BRACKETS.fullmatch(rest):
        return False
    return begin == CLAIMS or is_header_name(rest[1:-1].removeprefix(":"))


def _example(begin: str) -> str:
    examples = {HEADERS: f"{HEADERS}[x-user]", CLAIMS: f"{CLAIMS}[groups]"}
    return f"For example: '{examples.get(begin, FILTERS + 'network.mysql_proxy[db.table]')}'"


def _value_problems(key: str, values: Node) -> Iterator[Problem]:
    if key == "source.serviceAccount":
        yield from _account_list_problems(values)
    if key in _COMPARED or key.startswith((HEADERS, CLAIMS)):
        yield from wildcard_problems(values)
    if check := _EACH.get(key):
        for one in values:
            yield from check(one)


def _account_list_problems(accounts: Node) -> Iterator[Problem]:
    if len(accounts.items) > _MOST_ACCOUNTS:
        yield accounts.problem(f"has more than {_MOST_ACCOUNTS} service accounts", "Use several rules")
    for one in accounts:
        if len(one.text or "") > _LONGEST_ACCOUNT:
            yield one.problem(f"has more than {_LONGEST_ACCOUNT} characters", "Name a service account")


_EACH: Mapping[str, Callable[[Node], Iterator[Problem]]] = {
    "source.ip": ip_block_problems,
    "remote.ip": ip_block_problems,
    "destination.ip": ip_block_problems,
    "destination.port": destination_port_problems,
    "source.namespace": namespace_problems,
    "source.serviceAccount": service_account_problems,
    "source.principal": principal_problems,
}
"""By key: the check of each value."""
