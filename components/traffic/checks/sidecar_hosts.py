"""Checks of `hosts` of a Sidecar's egress listener: what the proxies know of the mesh."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.values import host_problems, is_dns_label

_EXAMPLE = "For example: './*' or 'istio-system/*'"


def egress_hosts_problems(hosts: Node, *, namespace: str) -> Iterator[Problem]:
    """Hosts as NAMESPACE/HOST, none of them contained in another.

    Istio only warns about a host that another one contains; that it is refused is a rule of this project.

    Source: ValidateSidecar of Istio's pkg/config/validation/validation.go and ValidateNamespaceSlashWildcardHostname
    of pkg/config/validation/agent/validation.go.
    """
    if not hosts.items:
        yield hosts.problem("required for egress, but missing", _EXAMPLE)
    earlier: dict[tuple[str, str], str] = {}
    for entry in hosts:
        text = entry.text or ""
        owner, slash, name = text.partition("/")
        if not slash or not owner or not name:
            yield entry.problem(f"{shown(text)} is not NAMESPACE/HOST", _EXAMPLE)
            continue
        found = [*_owner_problems(entry, owner), *_name_problems(entry, owner, name, namespace)]
        yield from found
        this = (namespace if owner == "." else owner, name)
        other = next((one for key, one in earlier.items() if _contains(key, this) or _contains(this, key)), None)
        if other is not None and not found:
            rule = "is there already" if this in earlier else f"and {shown(other)} contain the same hosts"
            yield entry.problem(f"{shown(text)} {rule} (a rule of this project)", "Keep the wider one")
        earlier.setdefault(this, text)


def _owner_problems(entry: Node, owner: str) -> Iterator[Problem]:
    if owner not in ("*", ".", "~") and not is_dns_label(owner):
        yield entry.problem(f"{shown(owner)} is no namespace", "Name one, or use '.' for this one or '*' for all")


def _name_problems(entry: Node, owner: str, name: str, namespace: str) -> Iterator[Problem]:
    found = list(host_problems(Node(name, entry.path), wildcard=True, everything=True))
    yield from found
    if found or name == "*":
        return
    if "." not in name:
        home = {"*": "NAMESPACE", "~": "NAMESPACE", ".": namespace}.get(owner, owner)
        yield entry.problem(
            f"{shown(name)} is a short name, which Istio refuses here",
            f"Write '{owner}/{name}.{home}.svc.cluster.local'",
        )
    elif "*" in name and not name.startswith("*."):
        yield entry.problem(
            f"{shown(name)} has a '*' for a part of a label, which Istio refuses", "Write it like '*.example.com'"
        )


def _contains(wide: tuple[str, str], narrow: tuple[str, str]) -> bool:
    """Whether one entry contains another, as far as Istio looks: `*/*` everything, `ns/*` what is of the namespace."""
    return wide == narrow or wide == ("*", "*") or (wide[1] == "*" and wide[0] == narrow[0])
