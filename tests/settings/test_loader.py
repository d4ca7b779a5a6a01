"""What a user sees when the stack's settings are read."""

import json

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.settings.loader import load_settings
from tests.support.engine import run
from tests.support.stacks import DEMO, changed

KEY = "istio-mesh:mesh"


def message_for(config: dict[str, str], *, secret: bool = False) -> str:
    """What loading this configuration complains about."""

    def program() -> None:
        set_all_config(config, [KEY] if secret else [])
        load_settings()

    with pytest.raises(pulumi.RunError) as raised:
        run(program, stack="dev")
    return str(raised.value)


def test_the_settings_of_the_stack_are_read_from_its_configuration() -> None:
    versions: list[str] = []

    def program() -> None:
        set_all_config({KEY: json.dumps(DEMO)})
        versions.append(load_settings().istio.version)

    run(program, stack="dev")
    assert versions == ["1.30.3"], "the stack file is the only source of settings"


def test_a_stack_without_settings_is_told_what_to_add() -> None:
    assert message_for({"istio-mesh:other": "x"}) == (
        "Pulumi.dev.yaml: mesh: missing. Add `istio-mesh:mesh:` with at least `profile` and `istio`. [MESH-004]"
    ), "the name of the key is all that is needed to go on"


def test_all_problems_are_told_at_once_each_on_its_line() -> None:
    document = changed(changed(DEMO, "mtls.mode", "STRIKT"), "istio.version", "1.27.0")
    assert message_for({KEY: json.dumps(document)}).splitlines() == [
        "Pulumi.dev.yaml: mesh.mtls.mode: 'STRIKT' is not one of STRICT, PERMISSIVE, DISABLE. Did you mean 'STRICT'? "
        "[MESH-104]",
        "Pulumi.dev.yaml: mesh.istio.version: Istio 1.27.0 is not supported by this program, which knows 1.28, 1.29 "
        "and 1.30. Choose a version of one of these, such as the newest patch. [MESH-201]",
    ], "a second run should not be needed to see the second problem"


def test_a_secret_among_the_settings_is_refused_without_being_shown() -> None:
    document = changed(DEMO, "mtls.mode", "hunter2")
    assert message_for({KEY: json.dumps(document)}, secret=True) == (
        "Pulumi.dev.yaml: mesh: holds a secret value, but everything here is shown in plain. Give the secret a "
        "configuration key of its own (`pulumi config set --secret`), outside `mesh`. [MESH-005]"
    ), "settings reach Helm values and the state, where nobody expects a secret"
