"""Pulumi for one cluster: its environment, its command line and its stacks, with a small program in Pulumi's place."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import LabLayout
from lab.parts import CONTEXT
from lab.pulumi import PROJECT, Target, lab_target, load_target
from lab.pulumi_command import needs_stack_file, stack_of
from tests.lab_unit.programs import script

STACK_FILE = "config: {'istio-mesh:mesh': {profile: demo, istio: {version: '1.30.3'}}}\n"
VERSIONS = {"pulumi-resource-kubernetes": "4.26.0", "pulumi-resource-random": "4.21.4"}
# Says what it was given; makes the stack's file as Pulumi does, unless it is told to refuse.
FAKE = """
echo "$@" >> "$(dirname "$0")/calls"
case "$*" in
"stack init broken"*) echo "error: no backend" >&2; exit 255 ;;
"stack init"*)
    folder="${PULUMI_BACKEND_URL#file://}/.pulumi/stacks/istio-mesh"
    mkdir -p "$folder"
    touch "$folder/$3.json" ;;
"stack output"*) echo '{"profile": "demo"}' ;;
"exit"*) exit 3 ;;
esac"""


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A prepared target in a checkout with the stacks dev and prod."""
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    (tmp_path / "tools").mkdir()
    names = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", *VERSIONS, "kubectl")
    programs = {name: script(tmp_path / "tools" / name, FAKE) for name in names}
    for stack in ("dev", "prod", "broken"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(STACK_FILE)
    target = lab_target(LabLayout("unit", tmp_path), "1.29.1")
    target.prepare({**programs, "istio-charts": tmp_path}, VERSIONS)
    return target


def calls(target: Target) -> list[str]:
    """The command lines that Pulumi was given so far."""
    log = target.program.with_name("calls")
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize(
    "line",
    [
        "up",
        "up --yes",
        "preview --stack dev",
        "--stack dev up",
        "-s dev up",
        "-sdev up",
        "--non-interactive up",
        "-C /somewhere up",
        "--color never destroy",
        "--color=never refresh",
        "-v=3 update",
        "pre",
        "dn",
        "import",
        "watch",
        "logs",
    ],
)
def test_a_verb_that_runs_on_settings_gets_the_generated_file(line: str) -> None:
    assert needs_stack_file(line.split()), "with the committed file it would go to another cluster"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "stack ls",
        "stack output --stack up",
        "config get mesh",
        "--version",
        "-s up stack",
        "up --help",
        "-h",
        "up --config-file=mine.yaml",
        "up --config-file mine.yaml",
        "about up",
    ],
)
def test_another_verb_is_left_as_it_is(line: str) -> None:
    assert not needs_stack_file(line.split()), "it takes no file, or has one already"


@pytest.mark.parametrize(
    ("line", "stack"),
    [
        ("up", "from-environment"),
        ("up -s prod", "prod"),
        ("up -sprod", "prod"),
        ("up -s=prod", "prod"),
        ("up --stack prod", "prod"),
        ("--stack=prod up", "prod"),
        ("up --stack organization/istio-mesh/prod", "prod"),
    ],
)
def test_the_stack_is_the_command_lines_else_the_environments(
    line: str, stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_STACK", "organization/istio-mesh/from-environment")
    assert stack_of(line.split()) == stack


def test_without_any_name_the_stack_is_dev(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    assert stack_of(["up"]) == "dev", "as everywhere in the project"


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


def test_plain_pulumi_is_the_real_one_with_the_generated_file(target: Target) -> None:
    env = {**os.environ, "PULUMI_BACKEND_URL": f"file://{target.folder}/pulumi/state"}
    subprocess.run((str(target.bin / "pulumi"), "up", "-s", "dev", "two words"), env=env, check=True)
    assert calls(target)[-1] == f"up -s dev two words --config-file={target.project}/Pulumi.dev.yaml"


def test_plain_pulumi_tells_an_error_without_a_traceback(target: Target) -> None:
    done = subprocess.run((str(target.bin / "pulumi"), "up", "-s", "nope"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "error: Pulumi.nope.yaml: there is no such stack file. The stacks here are: broken, dev, prod. [MESH-001]\n",
    )


def test_plain_pulumi_works_in_a_folder_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    (folder / "tools").mkdir(parents=True)
    names = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", *VERSIONS)
    target = Target(folder / "it's a target", "kubeconfig", {}, folder)
    target.prepare({name: script(folder / "tools" / name, FAKE) for name in names}, VERSIONS)
    subprocess.run((str(target.bin / "pulumi"), "about"), check=True)
    assert calls(target) == ["about"], "a home folder may be called anything"


def test_preparing_again_keeps_the_passphrase(target: Target) -> None:
    passphrase = target.folder / "pulumi" / "passphrase"
    before = passphrase.read_text()
    tools = target.checkout / "tools"
    target.prepare({path.name: path for path in tools.iterdir()}, VERSIONS)
    assert passphrase.read_text() == before, "the state is encrypted with it"
    assert passphrase.stat().st_mode & 0o777 == 0o600, "it is a secret"


def test_the_provider_lies_where_pulumi_looks_for_plugins(target: Target) -> None:
    plugin = target.folder / "pulumi/home/plugins/resource-kubernetes-v4.26.0/pulumi-resource-kubernetes"
    assert plugin.readlink() == target.checkout / "tools" / "pulumi-resource-kubernetes", "no download is tried"


def test_a_prepared_target_is_found_again(target: Target) -> None:
    assert load_target(target.folder) == target, "another command gets the same one"


def test_a_target_that_was_never_prepared_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError) as missing:
        load_target(tmp_path / "lab")
    assert str(missing.value) == "'lab' was never started. Run './mesh lab up' first."


@pytest.mark.parametrize("content", ['{"kube', "[]", "{}", json.dumps({"kubeconfig": "x"})])
def test_damaged_settings_of_a_target_are_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "pulumi.json").write_text(content)
    with pytest.raises(LabError) as damaged:
        load_target(tmp_path)
    assert str(damaged.value) == (f"{tmp_path / 'pulumi.json'}: is damaged. Run './mesh lab up', which writes it anew.")


def test_the_project_of_the_copies_is_the_programs(target: Target) -> None:
    assert f"name: {PROJECT}\n" in (target.project / "Pulumi.yaml").read_text(), "stacks belong to the same project"


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
