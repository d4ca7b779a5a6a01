"""A target's environment, its stacks and its commands."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import LabLayout
from lab.parts import CONTEXT
from lab.pulumi import Target
from lab.stack_file import MESH_KEY, check_stack_file, read_stack_file
from tests.lab_unit.programs import script
from tests.lab_unit.pulumi.conftest import calls


def test_the_environment_keeps_pulumi_within_the_labs_folder(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"/usr/bin{os.pathsep}{target.bin}{os.pathsep}/bin")
    assert target.environment("prod") == {
        "KUBECONFIG": target.kubeconfig,
        "PULUMI_HOME": f"{target.folder}/pulumi/home",
        "PULUMI_BACKEND_URL": f"file://{target.folder}/pulumi/state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": f"{target.folder}/pulumi/passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_STACK": "prod",
        "PATH": f"{target.bin}{os.pathsep}/usr/bin{os.pathsep}/bin",
    }, "once in front of PATH, however often the environment is evaluated"


def test_the_stack_runs_on_the_lab_with_its_charts_and_istio(target: Target) -> None:
    layout = LabLayout("unit", target.checkout)
    assert target.replacements == {
        "cluster": {"kubeconfig": str(layout.kubeconfig), "context": CONTEXT},
        "istio.version": "1.29.1",
        "istio.charts": {"folder": str(layout.charts), "locked": False},
        "addons.charts": {"folder": str(layout.charts), "locked": False},
        "deletionProtection": False,
    }, "and nothing else differs from the committed file"


def test_a_command_on_settings_makes_the_copy_and_the_stack_first(target: Target) -> None:
    command = target.command(["preview", "--stack=prod"])
    copy = target.project / "Pulumi.prod.yaml"
    assert command == [str(target.program), "preview", "--stack=prod", f"--config-file={copy}"]
    assert copy.exists(), "the file that the command names is there"
    assert calls(target) == [
        f"stack init prod --non-interactive --no-select --cwd={target.project} --secrets-provider=passphrase"
    ], "Pulumi writes the new stack's encryption into the project of the copy, not into the committed file"


def test_a_copy_that_was_handed_on_is_neither_checked_nor_written_again(target: Target) -> None:
    copy = target.stack_copy("dev")
    (target.checkout / "Pulumi.dev.yaml").unlink()
    assert target.run(["up"], "dev", copy) == 0, "the committed file is not looked at any more"
    assert calls(target)[-1] == f"up --stack=dev --config-file={copy.path}", "what was made is what is deployed"


def test_a_file_that_was_checked_is_copied_as_it_was_then(target: Target) -> None:
    checked = check_stack_file(target.checkout / "Pulumi.dev.yaml")
    (target.checkout / "Pulumi.dev.yaml").write_text("changed while the tools were built")
    copied = read_stack_file(target.stack_copy("dev", checked).path)["config"][MESH_KEY]
    assert copied["profile"] == "demo", "what was told to be right is what is deployed"


def test_a_stack_that_exists_is_not_made_again(target: Target) -> None:
    for _ in range(2):
        target.command(["up"])
    assert len(calls(target)) == 1, "the second command finds the stack"


def test_another_command_needs_no_stack(target: Target) -> None:
    assert target.command(["stack", "ls"]) == [str(target.program), "stack", "ls"], "as the user wrote it"
    assert calls(target) == [], "nothing was made"


def test_a_stack_that_pulumi_refuses_is_told_in_its_words(target: Target) -> None:
    with pytest.raises(LabError) as refused:
        target.command(["up", "-s", "broken"])
    assert str(refused.value) == "pulumi stack init broken failed: error: no backend"


def test_pulumis_exit_code_is_handed_on(target: Target) -> None:
    assert target.run(["exit"], "dev") == 3, "a deployment that failed must not look like a success"


def test_the_outputs_of_a_stack_are_decoded(target: Target) -> None:
    assert target.outputs("dev") == {"profile": "demo"}


def test_ctrl_c_leaves_pulumi_the_time_to_end_well(target: Target) -> None:
    script(target.program, 'trap "echo cancelled >> $0.log; exit 4" INT; kill -INT $PPID; sleep 0.3; kill -INT $$')
    code = (
        "import sys; from pathlib import Path; from lab.pulumi import load_target; "
        "load_target(Path(sys.argv[1])).run(['stack'], 'dev')"
    )
    done = subprocess.run((sys.executable, "-c", code, str(target.folder)), stderr=subprocess.PIPE, check=False)
    assert Path(f"{target.program}.log").read_text() == "cancelled\n", "killed, Pulumi would leave its lock behind"
    assert done.returncode == -signal.SIGINT, "and then the command itself is interrupted"


def test_a_mistake_in_a_value_that_the_lab_replaces_is_told_all_the_same(target: Target) -> None:
    (target.checkout / "Pulumi.dev.yaml").write_text(
        "config: {'istio-mesh:mesh': {profile: demo, istio: {vresion: x}}}\n"
    )
    with pytest.raises(LabError) as told:
        target.stack_copy("dev")
    assert str(told.value) == (
        "Pulumi.dev.yaml: mesh.istio.version: required, but missing. Add it, for example `version: 1.30.3`. "
        "[MESH-102]\n"
        "Pulumi.dev.yaml: mesh.istio.vresion: unknown key. Did you mean 'version'? [MESH-101]"
    ), "the copy has another version, but the committed file would fail everywhere else"
