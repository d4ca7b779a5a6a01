"""Exported states: how they are read, and what `mesh policy` says about them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mesh_policies.configuration import Configuration
from mesh_policies.judge import violations
from mesh_policies.resources import UNKNOWN
from mesh_policies.state import read_state
from operations.cli import app
from tests.policy.stacks import resources_of

SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
RUNNER = CliRunner()


def state(*resources: dict[str, Any]) -> str:
    """A state as `pulumi stack export` writes it."""
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": list(resources)}})


def entry(kind: str, inputs: dict[str, Any], **options: object) -> dict[str, Any]:
    """One resource of a state."""
    token = f"kubernetes:{kind}"
    return {"urn": f"urn:pulumi:prod::istio-mesh::{token}::planted", "type": token, "inputs": inputs, **options}


RELEASE = {"chart": "grafana", "version": "8.0.0", "atomic": True}


def test_protection_and_inputs_come_from_the_state() -> None:
    text = state(entry("core/v1:Namespace", {"metadata": {"name": "shop"}}, protect=True))
    (found,) = read_state(text)
    assert (found.stack, found.name, found.protected) == ("prod", "planted", True), "the rules judge by these"
    assert found.at("metadata", "name") == "shop", "and by what the program asked for"


@pytest.mark.parametrize(
    ("secret", "value"), [({"ciphertext": "v1:x"}, UNKNOWN), ({"plaintext": '"hunter2"'}, "hunter2")]
)
def test_a_secret_is_known_for_one_whether_it_is_shown_or_not(secret: dict[str, str], value: object) -> None:
    text = state(entry("helm.sh/v3:Release", RELEASE | {"values": {"token": SIGNATURE | secret}}))
    (found,) = read_state(text)
    assert found.at("values", "token") == value, "what is encrypted cannot be judged"
    assert found.secrets == {("values", "token")}, "that it is one can be"
    (told,) = violations([found], Configuration())
    assert told.message == (
        "values.token: a secret of Pulumi, which Helm keeps in the cluster. Put it into a Secret, and give the chart "
        "its name."
    ), "encryption ends at Helm's own Secret"


def test_mesh_policy_says_what_it_found_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(state(entry("networking.istio.io/v1alpha3:EnvoyFilter", {"spec": {}})))
    done = RUNNER.invoke(app, ["policy", "--state", str(file)])
    assert done.exit_code == 1, "a job has to stop here"
    assert done.stdout == (
        "mandatory  envoy-filter  kubernetes:networking.istio.io/v1alpha3:EnvoyFilter planted\n"
        "    kind: EnvoyFilter changes Envoy past Istio's own settings. Use what Istio has a field for, or say why not "
        "by the annotation istio-mesh/accept-envoy-filter.\n"
        "1 found, 1 of them mandatory. docs/policies.md says why.\n"
    ), "level, policy, resource and message"


def test_mesh_policy_takes_the_prod_stack_from_a_pipe() -> None:
    resources = [
        {"urn": one.urn, "type": one.type, "inputs": dict(one.properties), "protect": one.protected}
        for one in resources_of("prod")
    ]
    done = RUNNER.invoke(app, ["policy", "--state", "-"], input=state(*resources))
    assert (done.exit_code, done.stdout) == (0, "Nothing violates a policy.\n"), "as in its preview"


def test_what_is_advisory_is_told_and_does_not_fail(tmp_path: Path) -> None:
    config = tmp_path / "levels.json"
    config.write_text('{"envoy-filter": "advisory"}')
    text = state(entry("networking.istio.io/v1alpha3:EnvoyFilter", {"spec": {}}))
    done = RUNNER.invoke(app, ["policy", "--state", "-", "--config", str(config), "--json"], input=text)
    assert done.exit_code == 0, "only a mandatory policy stops anything"
    (row,) = json.loads(done.stdout)["violations"]
    assert (row["policy"], row["level"], row["severity"]) == ("envoy-filter", "advisory", "medium"), "for programs"


@pytest.mark.parametrize("text", ["", "[]", '{"deployment": 1}'])
def test_a_file_that_is_no_state_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    done = RUNNER.invoke(app, ["policy", "--state", str(file)])
    assert done.exit_code == 1, "nothing was judged"
    assert done.stderr == f"error: {file}: is no exported state. Make one: pulumi stack export --file FILE\n", (
        "an empty answer would look like a clean stack"
    )
