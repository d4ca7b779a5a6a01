"""Checks of ServiceEntries for one host."""

from collections.abc import Iterator, Mapping
from typing import cast

from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.model import TrafficModel
from components.traffic.names import seen_together
from components.traffic.part import Part

_NOT_THE_SERVICE = ("hosts", "exportTo")


def entry_problems(model: TrafficModel) -> Iterator[Problem]:
    """Two ServiceEntries for one host and port, which proxies that see both cannot tell apart.

    Those of different namespaces may say the same, as teams do that each declare what they call. That others are
    refused is a rule of this project; istiod takes the one of the proxy's own namespace, else any.
    """
    for host, entries in model.entries.items():
        earlier: list[Part] = []
        for part in sorted(entries, key=lambda one: one.given) if len(entries) > 1 else ():
            other = next((one for one in earlier if not part.twin_of(one) and _clash(model, one, part)), None)
            if other is not None and part.judged:
                yield _clashing(part, other, host)
            earlier.append(part)


def _clash(model: TrafficModel, one: Part, other: Part) -> bool:
    same_place = one.namespace == other.namespace
    if not seen_together(model.visible(one), model.visible(other)) or not _ports(one) & _ports(other):
        return False
    return same_place or _service(one) != _service(other)


def _ports(part: Part) -> set[int | None]:
    return {one.at("number").whole for one in part.spec.at("ports")}


def _service(part: Part) -> dict[str, object]:
    spec = cast("Mapping[str, object]", part.spec.value or {})
    return {key: value for key, value in spec.items() if key not in _NOT_THE_SERVICE}


def _clashing(part: Part, other: Part, host: str) -> Problem:
    place = next((one for one in part.spec.at("hosts") if (one.text or "").lower() == host), part.spec.at("hosts"))
    return part.problem(
        place,
        f"{shown(host)} is in {other.title} as well, with a port of this one, and a proxy that sees both takes either "
        "(a rule of this project)",
        "Keep the host in one ServiceEntry, or let no namespace see both by exportTo",
    )
