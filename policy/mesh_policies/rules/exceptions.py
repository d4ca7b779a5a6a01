"""Exceptions, which are for a time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from mesh_policies.findings import Finding
from mesh_policies.policy import Policy
from mesh_policies.resources import Resource, fields
from mesh_policies.rules.signature import Parameters

UNTIL = "istio-mesh/until"
"""The annotation with the last day of an exception."""


def ended(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Objects whose last day is over, or is no day. Judged by the present day, also what was deployed long ago."""
    text = fields(resource.at("metadata", "annotations")).get(UNTIL)
    if not isinstance(text, str):
        return
    path = ("metadata", "annotations", UNTIL)
    day = _day(text)
    if day is None:
        yield Finding(path, f"'{text}' is no day, so that the exception never ends", "Write it like 2027-01-31")
    elif day < datetime.now(UTC).date():
        yield Finding(path, f"the exception ended on {day}", "Remove it, or write until when it holds now")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
