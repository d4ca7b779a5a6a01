"""The generated documents."""

import re
from functools import cache

import pytest

from components.settings.codes import SECTIONS, Code
from components.settings.lookup import keys_of
from components.settings.mesh import MeshSettings
from operations.reference.documents import DOCUMENTS
from operations.reference.errors import catalogue
from operations.reference.settings import settings_reference
from tests.support.stacks import ROOT

CODE_FILES = [
    path
    for folder in ("components", "operations", "lab")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "codes.py"
]


@cache
def written(path: str) -> str:
    """What is generated now."""
    return DOCUMENTS[path]()


@pytest.fixture(scope="module")
def configuration() -> str:
    """The reference of all settings."""
    return written("docs/configuration.md")


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_generated_document_is_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == written(path), "run `make generate` and read the diff"


def test_every_code_is_documented_and_nothing_else() -> None:
    assert list(catalogue()) == sorted(Code), "a user who searches for a code has to find it"


def test_every_code_is_used() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in CODE_FILES)
    used = {Code[name] for name in re.findall(r"\bCode\.([A-Z_]+)", text) if name in Code.__members__}
    unused = set(Code) - used - set(SECTIONS.values()) - {Code.CONTRADICTION}
    assert not unused, "a code that no message has only misleads"


def test_codes_by_section_are_for_sections_that_there_are() -> None:
    assert set(SECTIONS) <= set(keys_of(MeshSettings)), "a renamed section would lose its code"


def test_every_setting_is_described() -> None:
    silent = [one.path for one in settings_reference() if not one.description]
    assert not silent, "the docstring below a field is its description in editors and in the reference"


def test_no_two_settings_share_an_anchor(configuration: str) -> None:
    anchors = re.findall(r'<a id="([^"]+)">', configuration)
    assert len(anchors) == len(set(anchors)), "a link would lead to the wrong row"


@pytest.mark.parametrize(
    "row",
    [
        "`controlPlane.autoscaling.minReplicas` | whole number, 1 to 1000 | demo: `1`<br>production: `2` "
        "| profile demo, production |",
        "`gateways.NAME.service.type` | `LoadBalancer`, `NodePort`, `ClusterIP` | `LoadBalancer` | both profiles |",
        "`istio.version` | text such as `1.30.3` | *required* | — |",
        "`controlPlane.namespace` | text such as `istio-ingress` | `istio-system` | program |",
    ],
)
def test_a_row_tells_type_default_and_who_says_so(row: str, configuration: str) -> None:
    assert row in configuration, "this is what the reference is read for"
