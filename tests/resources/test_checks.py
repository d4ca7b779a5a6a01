"""How the checks of objects work together."""

from collections.abc import Iterator

import pytest

from components.kinds.resource import Resource
from components.resources import checks
from components.settings.problems import Problem, SettingsError
from tests.support.objects import OBJECTS, object_with
from tests.support.stacks import demo_with

SIDECAR = ("networking.istio.io", "Sidecar")


def strange(resource: Resource) -> Iterator[Problem]:
    """A check of meaning that refuses everything, and says what it was given."""
    yield resource.spec.problem(f"{resource.kind.kind} {resource.namespace}/{resource.name} is strange", "Change it")


@pytest.fixture(autouse=True)
def strange_sidecars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MEANING", {SIDECAR: strange})


def test_the_check_of_its_kind_gets_an_object_that_has_the_right_shape() -> None:
    with pytest.raises(SettingsError) as raised:
        demo_with("resources", [OBJECTS["Gateway"], OBJECTS["Sidecar"]])
    assert str(raised.value) == (
        "Pulumi.test.yaml: mesh.resources[1].spec: Sidecar bookinfo/default is strange. Change it. [MESH-212]"
    ), "a check of meaning sees objects of its kind, and its messages name their place"


def test_what_may_follow_from_a_wrong_shape_is_not_told() -> None:
    with pytest.raises(SettingsError) as raised:
        demo_with("resources", [object_with("Sidecar", {"spec.egres": []})])
    assert str(raised.value) == (
        "Pulumi.test.yaml: mesh.resources[0].spec.egres: unknown key. Did you mean 'egress'? [MESH-101]"
    ), "what it would say may only follow from the mistake"
