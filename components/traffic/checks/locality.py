"""Checks of `localityLbSetting`: which regions and zones requests go to."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown

_TOPOLOGY = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone")
_WHOLE = 100


def locality_problems(setting: Node, *, ejects: bool) -> Iterator[Problem]:
    """Settings that Istio refuses, and a failover that never happens.

    `ejects` says whether outlierDetection is there: only what it ejects makes requests fail over. Istio warns about
    it, this project refuses it. An `enabled: false` takes everything else out of use.

    Source: ValidateLocalityLbSetting of Istio's pkg/config/validation/agent/validation.go, and
    ApplyLocalityLoadBalancer of pilot/pkg/networking/core/loadbalancer/loadbalancer.go.
    """
    distribute, failover, priority = (setting.at(key) for key in ("distribute", "failover", "failoverPriority"))
    for other in (failover, priority):
        if distribute.items and other.items:
            yield other.problem("is not read beside distribute", "Remove one of the two")
    yield from distribute_problems(distribute)
    yield from _failover_problems(failover)
    if failover.items:
        for label in priority:
            if label.text in _TOPOLOGY:
                yield label.problem(
                    f"'{label.text}' cannot be beside failover, which says the same in another way",
                    "Remove one of the two",
                )
    if not ejects and setting.at("enabled").flag is not False:
        for one in (failover, priority):
            if one.items:
                yield one.problem(
                    "never happens without outlierDetection, which finds out what has failed (a rule of this project)",
                    "Add outlierDetection to the same traffic policy",
                )


def distribute_problems(distribute: Node) -> Iterator[Problem]:
    """Shares that add up to 100 for each origin, between localities that do not overlap."""
    yield from _overlap_problems([(entry.at("from"), entry.at("from").text) for entry in distribute], ordered=True)
    for entry in distribute:
        shares = entry.at("to")
        weights = [(share, share.whole) for _, share in shares.entries]
        wrong = [share for share, weight in weights if weight is not None and not 1 <= weight <= _WHOLE]
        for share in wrong:
            yield share.problem(f"{share.whole} is no share in percent", "Use a whole number from 1 to 100")
        total = sum(weight for _, weight in weights if weight)
        if not wrong and total != _WHOLE:
            yield shares.problem(f"its shares add up to {total}, not to 100", "Make them 100 together")
        yield from _overlap_problems([(share, name) for name, share in shares.entries], ordered=False)


def _failover_problems(failover: Node) -> Iterator[Problem]:
    for entry in failover:
        regions = [(entry.at(key), entry.at(key).text or "") for key in ("from", "to")]
        for node, region in regions:
            if not region:
                yield node.problem("required, but missing (a rule of this project)", "Name a region")
            elif "/" in region:
                yield node.problem(f"{shown(region)} is more than a region", f"Write '{region.split('/')[0]}'")
            elif "*" in region:
                yield node.problem(f"{shown(region)} has a '*', which failover does not know", "Name a region")
        (_, origin), (target, goal) = regions
        if origin and origin == goal:
            yield target.problem(f"{shown(goal)} is the region that fails", "Name another region")


def _overlap_problems(localities: list[tuple[Node, str | None]], *, ordered: bool) -> Iterator[Problem]:
    """Localities, REGION/ZONE/SUBZONE, that are none, or that others contain (validateLocalities).

    With `ordered` the first that fits counts, so that one with a '*' may follow those that it contains.
    """
    earlier: list[str] = []
    for node, name in localities:
        if name is None:
            yield node.problem("required, but missing", "Name a locality, for example 'us-west1/*'")
        elif "" in name.split("/", 2):
            yield node.problem(
                f"{shown(name)} has an empty part", "Write REGION, REGION/ZONE or REGION/ZONE/SUBZONE, or end with '*'"
            )
        elif "*" in name[:-1]:
            yield node.problem(
                f"{shown(name)} has a '*' before its end", "Write it at the end only, as in 'us-west1/*'"
            )
        else:
            other = next((one for one in earlier if _overlap(one, name, ordered=ordered)), None)
            if other is not None:
                yield node.problem(
                    f"{shown(name)} overlaps with {shown(other)}, which is there already", "Name each locality once"
                )
            earlier.append(name)


def _overlap(earlier: str, later: str, *, ordered: bool) -> bool:
    """Whether one locality contains the other: a missing part and '*' stand for every one."""
    pairs = zip(earlier.split("/", 2), later.split("/", 2), strict=False)
    return all(left == right or left == "*" or (right == "*" and not ordered) for left, right in pairs)
