"""The `mesh` command: one file for each verb."""

import sys
from pathlib import Path

# The policy pack is a program of its own, whose modules Pulumi finds from its folder; so do its verb and its reference.
sys.path.append(str(Path(__file__).parents[1] / "policy"))
