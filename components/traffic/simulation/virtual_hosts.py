"""Virtual hosts: the routes by which Envoy looks for one host, and which of them takes a request."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.traffic.simulation.matching import mismatch
from components.traffic.simulation.mesh_object import stack_path
from components.traffic.simulation.request import Request
from components.traffic.simulation.results import Skipped, Taken
from components.traffic.simulation.routes import Entry

BEHIND_OTHERS = "it is for every request, and istiod puts such routes behind all others of the host"


@dataclass(kw_only=True)
class VirtualHost:
    """The routes of one domain, in the order of the objects that they come from."""

    domain: str
    entries: list[Entry] = field(default_factory=list[Entry])
    sources: list[str] = field(default_factory=list[str])
    """The objects whose routes are in it."""
    https_only: bool = False
    """Whether plain requests are sent to https."""

    @property
    def sorted(self) -> list[Entry]:
        """The routes of a gateway: those for every request come last (SortVHostRoutes of Istio's route.go)."""
        return sorted(self.entries, key=lambda one: one.catches_all and one.left_out is None)

    @property
    def notes(self) -> list[str]:
        """What is not known when several objects have routes for one host."""
        if len(self.sources) < 2:
            return []
        return [
            f"{' and '.join(self.sources)} all have routes for {self.domain}: istiod tries the object that was "
            "created first, which nobody knows before; here they are in the order of their names"
        ]


def first_match(
    entries: Sequence[Entry], request: Request, *, gateway_api_segments: bool = True
) -> tuple[Entry | None, list[Skipped]]:
    """The route that takes a request, and why each one before it does not.

    Raises:
        UnknownRegexError: a regular expression cannot be run here.
    """
    skipped: list[Skipped] = []
    for entry in entries:
        reason = entry.left_out
        if reason is None and entry.match is not None:
            whole_segments = gateway_api_segments and entry.rule.gateway_api
            reason = mismatch(entry.match, request, whole_segments=whole_segments)
        if reason is None:
            return entry, skipped
        skipped.append(_skipped(entry, reason))
    return None, skipped


def taken(entry: Entry) -> Taken:
    """The rule of an entry, and where it stands."""
    return Taken(
        source=entry.rule.source,
        rule=entry.rule.name,
        match=None if entry.match is None else entry.index,
        path=stack_path(entry.rule.spec),
    )


def _skipped(entry: Entry, reason: str) -> Skipped:
    index = None if entry.match is None else entry.index
    return Skipped(source=entry.rule.source, rule=entry.rule.name, match=index, reason=reason)
