"""Whether a rule of an AuthorizationPolicy is for a request."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from components.kinds.node import Node
from components.security.checks.sources import negated
from components.traffic.simulation.security import values
from components.traffic.simulation.security.asked import Asked
from components.traffic.simulation.security.values import Verdict

Compare = Callable[[str, Asked], Verdict]

_SOURCE: Mapping[str, Compare] = {
    "principals": values.source_principal,
    "requestPrincipals": values.request_principal,
    "namespaces": values.source_namespace,
    "serviceAccounts": values.service_account,
    "ipBlocks": values.unknown,
    "remoteIpBlocks": values.remote_address,
}
_OPERATION: Mapping[str, Compare] = {
    "hosts": values.host,
    "ports": values.port,
    "methods": values.method,
    "paths": values.path,
}
_KEYS: Mapping[str, Compare] = {
    "source.ip": values.unknown,
    "remote.ip": values.remote_address,
    "source.namespace": values.source_namespace,
    "source.serviceAccount": values.service_account,
    "source.principal": values.source_principal,
    "request.auth.principal": values.request_principal,
    "request.auth.audiences": values.claim(["aud"]),
    "request.auth.presenter": values.claim(["azp"]),
    "destination.ip": values.unknown,
    "destination.port": values.port,
    "connection.sni": values.server_name,
}
_OF_REQUESTS = ("requestPrincipals", "hosts", "methods", "paths")
_ACCOUNTS = ("serviceAccounts", "source.serviceAccount")


@dataclass(frozen=True, kw_only=True)
class _Condition:
    name: str
    compare: Compare
    values: tuple[str, ...]
    not_values: tuple[str, ...]

    @property
    def of_requests(self) -> bool:
        """Whether it has a meaning for requests only."""
        return self.name in _OF_REQUESTS or self.name.startswith("request.")

    def met(self, asked: Asked) -> Verdict:
        """Whether the request is one of `values`, and none of `not_values`."""
        wanted = any_of(self.compare(one, asked) for one in self.values) if self.values else True
        unwanted = any_of(self.compare(one, asked) for one in self.not_values)
        return all_of([wanted, None if unwanted is None else not unwanted])


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False where one is; else None where one is not known."""
    found = list(verdicts)
    return False if False in found else None if None in found else True


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """True where one is; else None where one is not known."""
    found = list(verdicts)
    return True if True in found else None if None in found else False


def rule_is_for(rule: Node, asked: Asked, namespace: str, *, allow: bool) -> Verdict:
    """Whether a rule of a policy in `namespace` is for a request; None when what it asks for is not known.

    Where a proxy does not look into a connection, a rule of an ALLOW that asks for more is left out, and a rule of
    another action loses those conditions (checkError in pilot/pkg/security/authz/model/model.go of Istio).
    """
    sources = [_conditions(one.at("source"), _SOURCE, namespace) for one in rule.at("from")] or [[]]
    operations = [_conditions(one.at("operation"), _OPERATION, namespace) for one in rule.at("to")] or [[]]
    further = [one for condition in rule.at("when") if (one := _further(condition, namespace))]
    if asked.tcp:
        every = [*further, *(one for group in (*sources, *operations) for one in group)]
        if allow and any(one.of_requests for one in every):
            return False
        further = [one for one in further if not one.of_requests]
        sources = [[one for one in group if not one.of_requests] for group in sources]
        operations = [[one for one in group if not one.of_requests] for group in operations]
    return all_of(
        [
            any_of(all_of(one.met(asked) for one in group) for group in sources),
            any_of(all_of(one.met(asked) for one in group) for group in operations),
            *(one.met(asked) for one in further),
        ]
    )


def unknown_words(rule: Node, asked: Asked) -> str:
    """What a rule asks for that is not known about a request, in words."""
    asks = [key for one in rule.at("from") for key in one.at("source").keys]
    asks += [one.at("key").text or "" for one in rule.at("when")]
    plain = {key[3:4].lower() + key[4:] if key.startswith("not") else key for key in asks}
    words: list[str] = []
    if plain & {"ipBlocks", "source.ip"}:
        words.append("the address from which the connection comes")
    if asked.remote_ip is None and plain & {"remoteIpBlocks", "remote.ip"}:
        words.append("the address of the client (--remote-ip)")
    if not asked.identity_known:
        words.append("the identity of the sender")
    return " and ".join(words) or "something that a simulation does not have"


def _conditions(entry: Node, fields: Mapping[str, Compare], namespace: str) -> list[_Condition]:
    found: list[_Condition] = []
    for name, compare in fields.items():
        given, excluded = entry.at(name).texts, entry.at(negated(name)).texts
        if given or excluded:
            found.append(_condition(name, compare, given, excluded, namespace))
    return found


def _condition(name: str, compare: Compare, given: list[str], excluded: list[str], namespace: str) -> _Condition:
    if name in _ACCOUNTS:
        given, excluded = ([one if "/" in one else f"{namespace}/{one}" for one in some] for some in (given, excluded))
    return _Condition(name=name, compare=compare, values=tuple(given), not_values=tuple(excluded))


def _further(condition: Node, namespace: str) -> _Condition | None:
    key = condition.at("key").text or ""
    names = re.findall(r"\[([^\[\]]+)\]", key)
    if key.startswith("request.headers[") and names:
        compare = values.header(names[0])
    elif key.startswith("request.auth.claims[") and names:
        compare = values.claim(names)
    else:
        compare = _KEYS.get(key, values.unknown)
    given, excluded = condition.at("values").texts, condition.at("notValues").texts
    return _condition(key, compare, given, excluded, namespace) if given or excluded else None
