"""`mesh lab ...`: what the verbs print, and how they fail."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from lab import cluster
from lab.errors import LabError
from lab.layout import CHECKOUT, LabLayout
from lab.processes import process_of, records, start
from lab.readiness import wait_until
from operations.console import fail
from operations.errors import guarded
from tests.operations.conftest import Mesh


def _all_running(layout: LabLayout) -> None:
    for name in cluster.CONTROL_PLANE:
        start(layout, name, ("sleep", "600"), ports={"http": layout.port(name)})


@pytest.mark.parametrize(
    ("arguments", "verbs"),
    [
        (("--help",), ("up", "env", "lab")),
        (("lab", "--help"), ("up", "down", "status", "env", "logs", "tools", "envoy", "leftovers")),
    ],
)
def test_help_lists_the_verbs(mesh: Mesh, arguments: tuple[str, ...], verbs: tuple[str, ...]) -> None:
    done = mesh(*arguments)
    listed = {line.strip(" │").split()[0] for line in done.stdout.splitlines() if line.strip(" │")}
    assert done.exit_code == 0, done.stderr
    assert set(verbs) <= listed, f"a verb that is not listed is not found: {done.stdout}"


def test_a_verb_that_does_not_exist_is_wrong_usage(mesh: Mesh) -> None:
    assert mesh("lab", "start").exit_code == 2, "as every command line tells it"


@pytest.mark.parametrize("verb", ["down", "status", "env", "logs"])
def test_a_name_that_no_lab_can_have_is_refused(mesh: Mesh, verb: str) -> None:
    done = mesh("lab", verb, "--name", "No Lab")
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "error: lab name 'No Lab': must be a DNS label of at most 32 characters. "
        "Use lower-case letters, digits and '-', for example 'test-1'.\n",
    )


def test_the_environment_of_a_lab_that_was_never_up_is_an_error(mesh: Mesh, layout: LabLayout) -> None:
    done = mesh("lab", "env")
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        f"error: {layout.name!r} was never started. Run './mesh lab up' first.\n",
    ), "nothing that a shell would evaluate"


def test_the_environment_can_be_evaluated_by_a_shell(mesh: Mesh, layout: LabLayout) -> None:
    layout.root.mkdir(parents=True)
    (layout.root / "pulumi.json").write_text(
        json.dumps({"kubeconfig": "/home/it's me/kube config", "replacements": {}})
    )
    printed = mesh("lab", "env", "--stack", "prod").stdout
    shell = subprocess.run(
        ("sh", "-c", f'{printed}\necho "$KUBECONFIG $PULUMI_STACK"'), capture_output=True, text=True, check=True
    )
    assert shell.stdout == "/home/it's me/kube config prod\n", "quotes and spaces arrive as they are"


def test_the_status_of_a_lab_that_is_down_says_how_to_start_it(mesh: Mesh, layout: LabLayout) -> None:
    done = mesh("lab", "status")
    assert (done.exit_code, done.stdout) == (1, "The lab 'lab' is down. Start it with './mesh lab up'.\n")
    assert not layout.root.exists(), "looking makes nothing"


def test_the_status_lists_every_part_with_its_port(mesh: Mesh, layout: LabLayout) -> None:
    _all_running(layout)
    done = mesh("lab", "status", "--ports")
    assert (done.exit_code, done.stderr) == (0, ""), "all is well"
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    shown = [name for name in cluster.CONTROL_PLANE if f"http {layout.port(name)}" in rows[name]]
    assert shown == list(cluster.CONTROL_PLANE), done.stdout


def test_the_status_names_the_agent_when_it_has_died(mesh: Mesh, layout: LabLayout) -> None:
    _all_running(layout)
    layout.log("agent").write_text("one\ntwo\nthree\n")
    os.kill(records(layout)["agent"].pid, signal.SIGKILL)
    assert wait_until(lambda: process_of(records(layout)["agent"]) is None, 10), "it must have ended"
    done = mesh("lab", "status")
    assert (done.exit_code, done.stderr) == (
        1,
        f"agent has died. The end of {layout.log('agent')}:\n  two\n  three\n"
        "Start what is missing with './mesh lab up'.\n",
    )


def test_the_status_names_a_part_that_was_never_started(mesh: Mesh, layout: LabLayout) -> None:
    for name in cluster.CONTROL_PLANE[:-1]:
        start(layout, name, ("sleep", "600"))
    done = mesh("lab", "status")
    assert (done.exit_code, done.stderr) == (
        1,
        "kwok was not started.\nStart what is missing with './mesh lab up'.\n",
    ), "an interrupted 'lab up' leaves such a lab"


def test_down_says_how_many_parts_it_stopped(mesh: Mesh, layout: LabLayout) -> None:
    _all_running(layout)
    done = mesh("lab", "down")
    assert (done.exit_code, done.stdout) == (0, "The lab 'lab' is down: 6 parts stopped.\n")
    assert records(layout) == {}, "and they are"


def test_down_with_delete_says_that_the_content_is_gone(mesh: Mesh, layout: LabLayout) -> None:
    start(layout, "etcd", ("sleep", "600"))
    done = mesh("lab", "down", "--delete")
    assert done.stdout == "The lab 'lab' is down: 1 parts stopped, its content deleted.\n"
    assert not layout.root.exists(), "and it is"


def test_the_logs_of_an_unknown_part_are_an_error_with_the_known_ones(mesh: Mesh, layout: LabLayout) -> None:
    layout.logs.mkdir(parents=True)
    for name in ("etcd", "agent"):
        layout.log(name).touch()
    assert mesh("lab", "logs", "istiod").stderr == (
        "error: 'istiod': no part of the lab 'lab' has a log of this name. There are: agent, etcd.\n"
    )
    assert mesh("lab", "logs").stdout == "agent\netcd\n", "without a name, the names"


def test_the_logs_of_a_lab_that_never_was_are_an_error(mesh: Mesh, layout: LabLayout) -> None:
    done = mesh("lab", "logs", "etcd")
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: 'etcd': no part of the lab {layout.name!r} has a log of this name. There are: none.\n",
    )


def test_the_end_of_a_log_is_printed_as_it_is(mesh: Mesh, layout: LabLayout) -> None:
    layout.logs.mkdir(parents=True)
    layout.log("etcd").write_text("first\n[bold]second[/bold]\nthird\n")
    assert mesh("lab", "logs", "etcd", "-n", "2").stdout == "[bold]second[/bold]\nthird\n", "markup is not the log's"


def test_a_lab_that_is_named_by_the_environment_is_taken(mesh: Mesh, layout: LabLayout) -> None:
    assert mesh("lab", "status", MESH_LAB=f"{layout.name}-2").stdout.startswith("The lab 'lab-2' is down."), "not 'lab'"


def test_a_file_in_the_place_of_the_labs_folder_is_told(mesh: Mesh, layout: LabLayout) -> None:
    layout.root.parent.mkdir(parents=True)
    layout.root.write_text("")
    done = mesh("lab", "down", "--delete")
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: {layout.root / 'ports.json'}: Not a directory. "
        "Move the file that is in the place of a folder out of the way.\n",
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            PermissionError(13, "Permission denied", "/some/lab"),
            "/some/lab: Permission denied. "
            "Make it yours to write ('ls -ld' shows whose it is), or check the project out elsewhere.",
        ),
        (
            OSError(28, "No space left on device", "/some/lab/ports.json"),
            "/some/lab/ports.json: No space left on device. Free some space, and run the same command again.",
        ),
        (OSError(5, "Input/output error"), "Input/output error."),
        (LabError("A sentence with [markup]."), "A sentence with [markup]."),
    ],
)
def test_an_error_is_a_sentence_and_not_a_traceback(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        guarded(command)()
    assert (ended.value.code, capsys.readouterr().err) == (1, f"error: {told}\n")


def test_ctrl_c_says_that_the_same_command_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        guarded(command)()
    told = "error: interrupted. What was finished stays; run the same command again to go on.\n"
    assert (ended.value.code, capsys.readouterr().err) == (130, told)


def test_a_message_is_printed_in_one_line_however_long_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fail("word " * 100)
    assert capsys.readouterr().err == f"error: {'word ' * 100}\n", "a wrapped path could not be copied"


def test_the_projects_command_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        (str(CHECKOUT / "mesh"), "lab", "logs", "--name", "Not a lab"),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout) == (1, ""), "from any folder, with the exit code of an error"
    assert done.stderr.startswith("error: lab name 'Not a lab': must be"), done.stderr


def test_without_the_python_environment_the_command_names_the_fix(tmp_path: Path) -> None:
    copied = tmp_path / "mesh"
    copied.write_text((CHECKOUT / "mesh").read_text())
    done = subprocess.run(("sh", str(copied), "lab", "up"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        f"error: the Python environment is not set up. Run 'make setup' in {tmp_path} first.\n",
    )
