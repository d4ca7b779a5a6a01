"""Istio's own samples and test data, where its source is in the Go module cache: no false alarm, nothing missed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from components.kinds.catalog import kind_of
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from tests.traffic.checks.test_hosts_and_workloads import CHECKS

pytestmark = pytest.mark.lab

VALID = ("samples", "tests", "pkg/test/datasets/validation", "pkg/config/validation/testdata/crds")
FIXTURES = "pkg/config/validation/testdata/crds"

STRICTER = {
    ("ServiceEntry", "empty-selector"): "a selector without labels, about which Istio warns",
    ("ServiceEntry", "partial-wildcard"): "a '*' for a part of a label, about which Istio warns",
    ("DestinationRule", "destall"): "the deprecated minimumRingSize, about which Istio warns",
    ("WorkloadGroup", "reviews"): "an address in a template, which the reference says should not be set",
}
"""What Istio accepts and this project does not, on purpose."""

BY_SHAPE = {("ServiceEntry", "no-spec"), ("WorkloadEntry", "no-spec"), ("WorkloadGroup", "no-spec")}
"""What the shape of a kind refuses, before checks of meaning run."""


def resources(files: Iterator[Path]) -> Iterator[Resource]:
    """The objects of the kinds in question; templates and files that are no YAML are left out."""
    for file in sorted(files):
        for text in file.read_text(encoding="utf-8", errors="replace").split("\n---"):
            if not any(kind in text for kind in CHECKS):
                continue
            try:
                value: Any = yaml.safe_load(text)
            except yaml.YAMLError:
                continue
            node = Node(value, (str(file),))
            found = kind_of(node.at("apiVersion").text or "", node.at("kind").text or "")
            if found and found.kind in CHECKS:
                whole = cast("dict[str, Any]", value)
                whole["metadata"] = {"namespace": "default"} | whole.get("metadata", {})
                yield Resource(found, node)


def told(resource: Resource) -> list[Problem]:
    return list(CHECKS[resource.kind.kind](resource))


def test_what_istio_itself_shows_and_tests_as_valid_is_not_refused(istio: Path) -> None:
    files = (file for folder in VALID for file in (istio / folder).rglob("*.yaml") if "invalid" not in file.name)
    checked = list(resources(files))
    refused = [
        problem.line(f"{one.kind.kind} {one.name}")
        for one in checked
        if (one.kind.kind, one.name) not in STRICTER
        for problem in told(one)
    ]
    assert len(checked) > 50, "with fewer, the samples were not found"
    assert refused == [], "a false alarm stops a deployment for nothing"


def test_what_this_project_refuses_beyond_istio_is_still_there(istio: Path) -> None:
    files = (file for folder in VALID for file in (istio / folder).rglob("*.yaml"))
    refused = {(one.kind.kind, one.name) for one in resources(files) if told(one)}
    assert set(STRICTER) <= refused, "an exception that nothing needs hides a false alarm to come"


def test_what_istio_has_as_invalid_is_refused(istio: Path) -> None:
    checked = list(resources((istio / FIXTURES).glob("*-invalid.yaml")))
    accepted = [
        (one.kind.kind, one.name) for one in checked if (one.kind.kind, one.name) not in BY_SHAPE and not told(one)
    ]
    assert len(checked) > 20, "with fewer, the fixtures were not found"
    assert accepted == [], "Istio's API server would refuse it after the preview"
