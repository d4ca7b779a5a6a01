"""Hosts with wildcards, as Istio compares them."""


def hosts_match(one: str, other: str) -> bool:
    """Whether two hosts have names in common: a route for one takes part in a server for the other.

    Istio asks whether one of them is equal to the other or below its '*' (pkg/config/host/name.go, Matches).
    """
    return _covers(one, other) or _covers(other, one)


def _covers(pattern: str, host: str) -> bool:
    return pattern == host or (pattern.startswith("*") and host.endswith(pattern[1:]))
