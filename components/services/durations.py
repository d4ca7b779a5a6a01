"""Durations of the stack file in the forms that the Gateway API takes."""

from components.kinds.go_duration import go_seconds


def milliseconds(text: str) -> int:
    """A duration of the stack file in milliseconds; 0 for a text that is none."""
    return round((go_seconds(text) or 0.0) * 1_000)


def gateway_duration(text: str) -> str:
    """A duration as the Gateway API writes it: whole numbers of at most five digits (GEP-2257)."""
    whole, rest = divmod(milliseconds(text), 1_000)
    minutes, left = divmod(whole, 60)
    hours, odd = divmod(minutes, 60)
    parts = ((hours, "h"), (odd, "m"), (left, "s"), (rest, "ms"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def whole_seconds(text: str) -> int:
    """A duration in seconds, for fields that are numbers."""
    return milliseconds(text) // 1_000
