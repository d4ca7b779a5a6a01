"""The checks of Istio's security kinds beside Istio itself: its validation refuses what they refuse, and no more."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.tools import ensure_tools
from tests.security.checks.rows import spec_with
from tests.security.checks.test_tables import KINDS, TABLES

pytestmark = pytest.mark.lab

OWN = "a rule of this project"
NOT_ASKED = {
    "annotation of Istio itself",
    "service accounts beside an empty list of principals",
    "label that no pod can have",
    "port that begins with 0",
}
"""What istioctl does not look at: the API server refuses it, by the CRD, or the webhook by what only it gets."""


def refused_by_istio(folder: Path, documents: list[dict[str, Any]]) -> set[int]:
    """The positions of the objects that istioctl's validation, which is the webhook's, refuses."""
    named = [{**one, "metadata": {**one["metadata"], "name": f"row-{index}"}} for index, one in enumerate(documents)]
    file = folder / "rows.yaml"
    file.write_text(yaml.safe_dump_all(named), encoding="utf-8")
    istioctl = ensure_tools(["istioctl"])["istioctl"].path
    done = subprocess.run([istioctl, "validate", "-f", file], capture_output=True, text=True, check=False)
    _, _, errors = done.stderr.partition("Error: ")  # Warnings come before, in the same words.
    return {int(found) for found in re.findall(r"\* \w+/shop/row-([0-9]+):", errors)}


@pytest.mark.parametrize("name", KINDS)
def test_istio_refuses_every_row_that_is_not_a_rule_of_this_project(tmp_path: Path, name: str) -> None:
    rows = [row for row in TABLES[name]["rows"] if row["name"] not in NOT_ASKED]
    refused = refused_by_istio(tmp_path, [spec_with(TABLES[name]["base"], row["set"]) for row in rows])
    expected = {index for index, row in enumerate(rows) if not all(OWN in line for line in row["expect"])}
    assert [rows[index]["name"] for index in sorted(refused ^ expected)] == [], (
        "a message has to say whose rule it is, Istio's or the project's"
    )


@pytest.mark.parametrize("name", KINDS)
def test_istio_accepts_every_twin(tmp_path: Path, name: str) -> None:
    rows = TABLES[name]["rows"]
    refused = refused_by_istio(tmp_path, [spec_with(TABLES[name]["base"], row["twin"]) for row in rows])
    assert [rows[index]["name"] for index in sorted(refused)] == [], "a twin has to be right, or it proves nothing"
