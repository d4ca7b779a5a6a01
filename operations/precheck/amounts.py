"""Amounts of CPU and memory, as Kubernetes writes them."""

import re
from dataclasses import dataclass
from typing import Any

_DECIMAL = {"n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
_UNITS = _DECIMAL | {"Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50}


@dataclass(frozen=True, kw_only=True)
class Amount:
    """CPU in cores, memory in bytes."""

    cpu: float = 0.0
    memory: float = 0.0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(cpu=self.cpu + other.cpu, memory=self.memory + other.memory)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(cpu=self.cpu - other.cpu, memory=self.memory - other.memory)

    def holds(self, other: "Amount") -> bool:
        """Whether the other fits in; what floating point adds or takes is not counted."""
        return self.cpu - other.cpu > -1e-6 and self.memory - other.memory > -1

    def __str__(self) -> str:
        """For a message."""
        return f"{self.cpu:.2f} cores and {self.memory / 2**20:.0f} MiB"


def quantity(text: object) -> float:
    """A quantity of Kubernetes as a number of cores or bytes; 0 for what is none."""
    found = re.fullmatch(r"([0-9.]+(?:[eE][-+]?[0-9]+)?)([a-zA-Z]*)", str(text))
    return float(found[1]) * _UNITS.get(found[2], 0) if found else 0.0


def amount_of(values: dict[str, Any]) -> Amount:
    """What a map of resources names."""
    return Amount(cpu=quantity(values.get("cpu", 0)), memory=quantity(values.get("memory", 0)))
