"""`mesh precheck` as a command, with a program in the place of kubectl that answers from files."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from operations.precheck.collector import Kubectl, collect
from operations.precheck.command import table
from operations.precheck.documents import HelmRelease, Right
from operations.precheck.findings import Finding, Level
from operations.precheck.rights import needed_rights
from tests.operations.conftest import Mesh
from tests.support.stacks import DEMO, settings_of

# Answers the last argument from a file of this name, '/' written as '+'; writes down how it was called.
KUBECTL = """#!/bin/sh
echo "$@" >> {folder}/calls
case "$*" in
  *--filename=-*) cat > {folder}/stdin; file=reviews;;
  *secrets*) file=secrets;;
  *) for last; do :; done; file=$(echo "${{last%%\\?*}}" | tr / +);;
esac
[ -f "{folder}/$file.error" ] && cat "{folder}/$file.error" >&2 && exit 1
[ -f "{folder}/$file" ] && exec cat "{folder}/$file"
echo 'Error from server (NotFound): the server could not find the requested resource' >&2; exit 1
"""
FORBIDDEN = 'Error from server (Forbidden): nodes is forbidden: User "x" cannot list resource "nodes"'

Answers = Callable[..., Path]


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Put a kubectl on PATH that answers from the given texts, and a stack dev into the test's checkout."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "kubectl").write_text(KUBECTL.format(folder=folder))
    (folder / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    for module in ("operations.stack", "operations.precheck.command"):
        monkeypatch.setattr(f"{module}.CHECKOUT", tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"istio-mesh:mesh": DEMO}}))

    def write(**files: str) -> Path:
        for name, text in {"+version": '{"major": "1", "minor": "35"}', **files}.items():
            (folder / name.replace("_error", ".error")).write_text(text)
        return folder

    return write


def review(*, allowed: bool) -> str:
    """One answer about a right."""
    return json.dumps({"kind": "SelfSubjectAccessReview", "status": {"allowed": allowed}})


def test_what_may_not_be_read_and_what_is_not_there_are_told_apart(answers: Answers) -> None:
    folder = answers(**{"+api+v1+nodes_error": FORBIDDEN, "reviews": review(allowed=True)})
    cluster = collect(Kubectl(str(folder / "kubectl"), None, "one"), [Right(group="", resource="namespaces")])
    assert (cluster.nodes, cluster.crds, cluster.cilium) == (None, [], {}), "None is 'not known', empty is 'not there'"


def test_rights_are_asked_in_one_call_and_matched_by_their_order(answers: Answers) -> None:
    folder = answers(reviews=review(allowed=True) + "\n" + review(allowed=False) + "\n")
    rights = [Right(group="", resource="namespaces"), Right(group="apps", resource="deployments", namespace="a")]
    cluster = collect(Kubectl(str(folder / "kubectl"), None, None), rights)
    asked = [item["spec"]["resourceAttributes"] for item in json.loads((folder / "stdin").read_text())["items"]]
    assert [one["resource"] for one in asked] == ["namespaces", "deployments"]
    assert list(cluster.allowed.values()) == [True, False]


def test_of_a_helm_release_the_last_revision_counts(answers: Answers) -> None:
    folder = answers(
        reviews=review(allowed=True),
        secrets="a sh.helm.release.v1.x.v9 helm.sh/release.v1 1 3d name=x,owner=helm,status=superseded,version=9\n"
        "a sh.helm.release.v1.x.v10 helm.sh/release.v1 1 3d name=x,owner=helm,status=pending-upgrade,version=10\n",
    )
    cluster = collect(Kubectl(str(folder / "kubectl"), None, None), [Right(group="", resource="namespaces")])
    assert cluster.releases == [HelmRelease(namespace="a", name="x", status="pending-upgrade")]
    assert "--output=json" not in [line for line in (folder / "calls").read_text().splitlines() if "secrets" in line], (
        "the content of the Secrets is never asked for"
    )


def test_a_cluster_that_does_not_answer_is_told_once_with_kubectls_reason(mesh: Mesh, answers: Answers) -> None:
    folder = answers(**{"+version_error": "error: exec plugin: no token\n"})
    done = mesh("precheck", "--context", "one")
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "error: one: the cluster cannot be asked: exec plugin: no token. Try `kubectl get nodes` by hand, or choose "
        "another context with --context.\n",
    )
    assert (folder / "calls").read_text() == "--request-timeout=20s --context=one get --raw /version\n"


def test_the_cluster_of_the_stack_is_asked(mesh: Mesh, answers: Answers, tmp_path: Path) -> None:
    folder = answers(**{"+version_error": "no"})
    cluster = {"context": "two", "kubeconfig": "kube/config"}
    (tmp_path / "kube").mkdir()
    (tmp_path / "Pulumi.dev.yaml").write_text(
        yaml.safe_dump({"config": {"istio-mesh:mesh": DEMO | {"cluster": cluster}}})
    )
    mesh("precheck")
    assert f"--kubeconfig={tmp_path}/kube/config --context=two" in (folder / "calls").read_text(), "as pulumi up would"


def test_an_answer_about_rights_that_is_not_complete_is_told(mesh: Mesh, answers: Answers) -> None:
    answers(reviews=review(allowed=True))
    assert mesh("precheck").stderr == (
        "error: the cluster does not answer which rights there are. Try `kubectl auth can-i --list`.\n"
    ), "which right an answer is about is known by its place only"


def test_a_refused_check_ends_with_exit_code_1(mesh: Mesh, answers: Answers) -> None:
    asked = len(needed_rights(settings_of(DEMO)))
    answers(reviews="\n".join([review(allowed=False)] * asked))
    done = mesh("precheck", "--output", "json")
    levels = {one["check"]: one["level"] for one in json.loads(done.stdout)["findings"]}
    assert (done.exit_code, levels["rights"], levels["kubernetes"]) == (1, "refused", "ok"), done.stdout


def test_the_table_has_the_fix_below_what_it_is_for() -> None:
    findings = [
        Finding(check="kubernetes", level=Level.OK, what="fine"),
        Finding(check="cni", level=Level.REFUSED, what="[not] markup", fix="Do it"),
    ]
    assert table(findings) == [
        "ok       kubernetes  fine",
        "refused  cni         [not] markup",
        "                     fix: Do it",
    ]
