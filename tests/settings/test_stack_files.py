"""The stack files that are committed."""

import json

import pytest
import yaml

from components.settings.merge import merge
from components.settings.parse import parse_settings
from components.settings.profiles import Profile, profile_defaults
from tests.support.stacks import ROOT, STACKS, stack_config

every_stack = pytest.mark.parametrize("stack", STACKS)


def test_there_is_a_stack_to_try_and_one_for_production() -> None:
    profiles = {stack: stack_config(stack)["istio-mesh:mesh"]["profile"] for stack in STACKS}
    assert profiles == {"dev": "demo", "prod": "production"}, "the two files are the documentation of the two profiles"


@every_stack
def test_a_committed_stack_file_loads(stack: str) -> None:
    text = json.dumps(stack_config(stack)["istio-mesh:mesh"])
    assert parse_settings(text, f"Pulumi.{stack}.yaml").istio.version, "a committed stack must never rot"


@every_stack
def test_a_committed_stack_file_says_only_what_differs_from_its_profile(stack: str) -> None:
    own = stack_config(stack)["istio-mesh:mesh"]
    gateways: dict[str, dict[str, object]] = {name: {} for name in own["gateways"]}
    repeated = _repeated(merge(profile_defaults(Profile(own["profile"])), {"gateways": gateways}), own)
    assert not repeated, "what repeats the profile hides what is special about the stack"


@every_stack
def test_renovate_finds_the_version_of_a_committed_stack_file(stack: str) -> None:
    lines = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8").splitlines()
    position = next(number for number, line in enumerate(lines) if line.strip().startswith("version:"))
    assert "# renovate: datasource=helm" in lines[position - 1], "without the comment the version is never updated"


def test_the_project_names_the_type_of_its_configuration() -> None:
    mesh = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]["mesh"]
    assert mesh["type"] == "object", "the engine refuses a mesh that is no map before the program even starts"


def _repeated(defaults: object, own: object, path: str = "") -> list[str]:
    """The paths at which a stack says what its profile says anyway."""
    if isinstance(defaults, dict) and isinstance(own, dict):
        return [
            found
            for key, value in own.items()  # pyright: ignore[reportUnknownVariableType]
            if key in defaults
            for found in _repeated(defaults[key], value, f"{path}.{key}")  # pyright: ignore[reportUnknownArgumentType]
        ]
    return [path] if defaults == own else []
