"""The checks of meaning beside Istio itself: its validation refuses what they refuse, and they let its samples pass."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from lab.layout import CHECKOUT
from lab.tools import ensure_tools
from tests.traffic.checks.rows import spec_with
from tests.traffic.checks.test_virtual_service import BASE, ROWS, messages_for

pytestmark = pytest.mark.lab

OWN = "a rule of this project"
BY_SCHEMA = {
    "an abort with two ways to end",
    "a redirect with two ports",
    "an answer with two bodies",
    "a condition with two words",
}
"""What the API server refuses by the CRD, which istioctl does not look at."""
WRONG_ON_PURPOSE = ("pkg/config/analysis/", "tests/integration/pilot/testdata/some-dir/missing-gateway.yaml")
SECOND_ROUTE_UNUSED = "samples/bookinfo/networking/fault-injection-details-v1.yaml"
"""Its fault is for every request, and the route behind it is never reached: the finding is true."""


def refused_by_istio(folder: Path, specs: list[dict[str, Any]]) -> set[int]:
    """The positions of the VirtualServices that istioctl's validation, which is the webhook's, refuses."""
    documents = [
        {
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            "metadata": {"name": f"row-{index}", "namespace": "default"},
            "spec": spec,
        }
        for index, spec in enumerate(specs)
    ]
    file = folder / "rows.yaml"
    file.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    istioctl = ensure_tools(["istioctl"])["istioctl"].path
    done = subprocess.run([istioctl, "validate", "-f", file], capture_output=True, text=True, check=False)
    _, _, errors = done.stderr.partition("Error: ")  # Warnings come before, in the same words.
    return {index for index in range(len(specs)) if f"* VirtualService/default/row-{index}:" in errors}


def test_istio_refuses_every_row_that_is_not_a_rule_of_this_project(tmp_path: Path) -> None:
    refused = refused_by_istio(tmp_path, [spec_with(BASE, row["set"]) for row in ROWS])
    expected = {
        index
        for index, row in enumerate(ROWS)
        if row["name"] not in BY_SCHEMA and not all(OWN in line for line in row["expect"])
    }
    assert [ROWS[index]["name"] for index in sorted(refused ^ expected)] == [], (
        "a message has to say whose rule it is, Istio's or the project's"
    )


def test_istio_accepts_every_twin(tmp_path: Path) -> None:
    refused = refused_by_istio(tmp_path, [spec_with(BASE, row["twin"]) for row in ROWS])
    assert [ROWS[index]["name"] for index in sorted(refused)] == [], "a twin has to be right, or it proves nothing"


def istio_sources() -> Path:
    """Istio's sources in Go's module cache, as the lab builds it from them."""
    listed = subprocess.run(
        ["go", "list", "-m", "-f", "{{.Dir}}", "istio.io/istio"],
        cwd=CHECKOUT / "lab/go/mesh",
        capture_output=True,
        text=True,
        check=False,
    )
    folder = listed.stdout.strip()
    if not folder:
        pytest.skip("Istio's sources are not in Go's module cache")
    return Path(folder)


def virtual_services(folder: Path) -> Iterator[tuple[str, object]]:
    """File and spec of every VirtualService in a YAML file without templates."""
    for file in sorted(folder.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if "VirtualService" not in text or "{{" in text:
            continue
        try:
            documents: list[object] = list(yaml.safe_load_all(text))
        except yaml.YAMLError:
            continue  # Some of Istio's test data is wrong on purpose.
        for document in documents:
            if isinstance(document, dict) and cast("dict[str, Any]", document).get("kind") == "VirtualService":
                yield str(file.relative_to(folder)), cast("dict[str, Any]", document).get("spec")


def test_the_samples_and_test_data_of_istio_raise_no_false_alarm() -> None:
    found = list(virtual_services(istio_sources()))
    assert len(found) > 50, "without its samples nothing is proved"
    wrong = (*WRONG_ON_PURPOSE, SECOND_ROUTE_UNUSED)
    alarms = [f"{file}: {line}" for file, spec in found if not file.startswith(wrong) for line in messages_for(spec)]
    assert alarms == [], "what Istio shows has to be possible here"
