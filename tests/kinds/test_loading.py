"""The shapes of the kinds."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from components.kinds.catalog import Kind, kinds
from components.kinds.findings import Findings
from components.kinds.loading import Shape, shape_file, shape_of_kind
from operations.reference.shapes import SHAPES, shapes
from tests.support.stacks import ROOT

CRDS = {
    "istio.io/istio": "manifests/charts/base/files/crd-all.gen.yaml",
    "sigs.k8s.io/gateway-api": "config/crd/experimental",
}
"""Where each Go module that the lab pins has its CRDs."""


def sources() -> list[Path]:
    """The CRDs of the pinned modules, as far as they are on this machine; nothing is downloaded."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is not there, so that the CRDs of the pinned modules cannot be found")
    listed = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", *CRDS],
        cwd=ROOT / "lab/go/mesh",
        env=os.environ | {"GOPROXY": "off", "GOFLAGS": "-mod=readonly"},
        capture_output=True,
        text=True,
        check=False,
    )
    folders = listed.stdout.split()
    if len(folders) != len(CRDS):
        pytest.skip("the pinned modules of Istio and the Gateway API are not in Go's cache; `make kinds` gets them")
    return [Path(folder) / below for folder, below in zip(folders, CRDS.values(), strict=True)]


def test_the_shapes_are_those_of_the_pinned_crds() -> None:
    generated = shapes(sources())
    committed = {path.name: path.read_text(encoding="utf-8") for path in SHAPES.glob("*.json")}
    later = {shape_file(kind) for kind in kinds().values() if kind.since}
    known = {name: text for name, text in committed.items() if name in generated or name not in later}
    assert known == generated, "run `make kinds` and read the diff"


def test_every_kind_has_a_shape_and_no_shape_is_left_over() -> None:
    names = {f"{kind.group}.{kind.kind}.json" for kind in kinds().values()}
    assert {path.name for path in SHAPES.glob("*.json")} == names, "a kind without a shape would not be checked"


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: f"{kind.group}/{kind.kind}")
def test_a_shape_holds_facts_and_no_text_for_people(kind: Kind) -> None:
    words = set(Shape.__annotations__)
    strange = {key for node in inner_shapes(shape_of_kind(kind)) for key in node} - words
    assert not strange, "whatever else is there is not checked"


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: f"{kind.group}/{kind.kind}")
def test_every_form_of_a_shape_can_be_read(kind: Kind) -> None:
    nodes = inner_shapes(shape_of_kind(kind))
    forms = {node.get(word, "") for node in nodes for word in ("pattern", "keyPattern")} - {"", "^[^*]*$", "^[^*]+$"}
    found = Findings(None)
    assert not [form for form in forms if found.fits(form, "\n")], (
        "Python has to read what is written for Go, and must not take the end of a line for the end of a text"
    )


def inner_shapes(shape: Shape) -> list[Shape]:
    """A shape and all shapes within it."""
    below = [*shape.get("properties", {}).values()]
    below += [one for one in (shape.get("items"), shape.get("additionalProperties")) if one is not None]
    return [shape, *(found for one in below for found in inner_shapes(one))]


def test_the_newer_fields_of_istio_are_in_their_shapes() -> None:
    nodes = [(kind.kind, node) for kind in kinds().values() for node in inner_shapes(shape_of_kind(kind))]
    marked = {(kind, node["since"]) for kind, node in nodes if "since" in node}
    assert marked == {
        ("AuthorizationPolicy", "1.30"),
        ("Telemetry", "1.30"),
        ("Telemetry", "1.29"),
        ("EnvoyFilter", "1.29"),
    }, "since.json tells what an older istiod would drop in silence"
