"""`mesh dashboard`, with a program in the place of kubectl: the pods of the lab have no network to forward to."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lab.layout import CHECKOUT
from tests.observability.addons.stack import ALL
from tests.operations.conftest import Mesh
from tests.support.stacks import DEMO

KUBECTL = """#!/bin/sh
echo "$@" >> {log}
case "$*" in
*port-forward*)
    trap 'echo stopped >> {log}; exit 0' TERM
    echo "Forwarding from 127.0.0.1:43210 -> 1"
    while :; do sleep 0.05; done;;
*"get "*) printf c2VjcmV0;;
*"create token"*) echo a-token;;
esac
"""
ENDING = KUBECTL.replace("while :; do sleep 0.05; done", "exit 1")
"""One that loses its pod at once."""
FAILING = """#!/bin/sh
echo 'Error from server (NotFound): services "grafana" not found' >&2
exit 1
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a stack with addons and a program named kubectl; returns the file with what kubectl was asked."""

    def write(kubectl: str = KUBECTL, **addons: object) -> Path:
        monkeypatch.setattr("operations.stack.CHECKOUT", tmp_path)
        mesh = DEMO | {"addons": addons}
        (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"istio-mesh:mesh": mesh}}))
        (tmp_path / "bin").mkdir()
        program, log = tmp_path / "bin" / "kubectl", tmp_path / "asked"
        program.write_text(kubectl.format(log=log))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
        return log

    return write


def test_the_page_of_somebody_elses_addon_is_its_own_address(mesh: Mesh, checkout: Callable[..., Path]) -> None:
    log = checkout(grafana={"kind": "external", "url": "https://grafana.example.com"})
    done = mesh("dashboard", "grafana", "--no-browser")
    assert (done.exit_code, done.stdout) == (0, "https://grafana.example.com\n"), "there is nothing to forward"
    assert not log.exists(), "the cluster has no part in it"


def test_an_addon_that_the_stack_does_not_have_is_told_with_the_way_to_it(
    mesh: Mesh, checkout: Callable[..., Path]
) -> None:
    checkout(prometheus={})
    assert mesh("dashboard", "kiali", "--no-browser").stderr == (
        "error: the stack 'dev' has no kiali. It has: alertmanager, prometheus. To install it: `addons: {kiali: {}}` "
        "in Pulumi.dev.yaml, and deploy.\n"
    ), "the next step is one line"


def test_a_page_that_cannot_be_reached_is_told_in_kubectls_words(mesh: Mesh, checkout: Callable[..., Path]) -> None:
    checkout(FAILING, **ALL)
    assert mesh("dashboard", "grafana", "--no-browser").stderr == (
        'error: the page cannot be reached: Error from server (NotFound): services "grafana" not found. Is the addon '
        "deployed, and its pod ready?\n"
    ), "kubectl knows best"


@pytest.mark.parametrize(
    ("page", "service", "path", "login"),
    [
        ("prometheus", "kube-prometheus-stack-prometheus :9090", "", []),
        ("alertmanager", "kube-prometheus-stack-alertmanager :9093", "", []),
        ("jaeger", "jaeger :16686", "", []),
        ("grafana", "grafana :80", "", ["user: admin", "password: secret"]),
        ("kiali", "kiali :20001", "/kiali", ["token: a-token"]),
    ],
)
def test_a_page_is_forwarded_from_this_machine_only(
    mesh: Mesh, checkout: Callable[..., Path], page: str, service: str, path: str, login: list[str]
) -> None:
    log = checkout(ENDING, **ALL)
    done = mesh("dashboard", page, "--no-browser", "--login")
    shown = [*login, f"http://127.0.0.1:43210{path}"]
    assert done.stdout.splitlines() == shown, "the login once, and where the page is"
    assert f"--address=127.0.0.1 service/{service}" in log.read_text(), "nobody else on the network gets a way in"


def test_a_page_is_forwarded_until_it_is_interrupted(checkout: Callable[..., Path], tmp_path: Path) -> None:
    log = checkout(**ALL)
    program = f"import operations.stack as s, pathlib; s.CHECKOUT = pathlib.Path({str(tmp_path)!r}); "
    program += "from operations.cli import main; main()"
    command = [sys.executable, "-c", program, "dashboard", "prometheus", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "http://127.0.0.1:43210\n", "it is there"
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=60)
    assert running.returncode == 0, f"Ctrl-C is how it ends: {complaints}"
    assert log.read_text().endswith("stopped\n"), "no kubectl is left behind"
