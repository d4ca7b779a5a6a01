"""How names of hosts relate, with `*` at their beginning, as Istio compares them (Name in pkg/config/host/name.go)."""


def is_part_of(name: str, other: str) -> bool:
    """Whether `other` stands for every host that `name` stands for."""
    if name.startswith("*"):
        return other.startswith("*") and name[1:].endswith(other[1:])
    return name.endswith(other[1:]) if other.startswith("*") else name == other


def hosts_match(one: str, other: str) -> bool:
    """Whether two hosts have names in common: a route for one takes part in a server for the other."""
    return is_part_of(one, other) or is_part_of(other, one)
