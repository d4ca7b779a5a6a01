"""Every alert by Prometheus' own judgement: when it fires, what it says, and when it is quiet."""

import subprocess
from pathlib import Path

import pytest
import yaml

from lab.tools import ensure_tools
from tests.support.promtool import Case, cases, run_cases, write_rules
from tests.support.runbooks import RUNBOOKS

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def promtool() -> Path:
    return ensure_tools(["promtool"])["promtool"].path


@pytest.fixture(scope="module")
def verdicts(promtool: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One run for all cases: most of its time is the start."""
    return run_cases(promtool, tmp_path_factory.mktemp("rules"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_an_alert_fires_when_it_should_and_only_then(case: Case, verdicts: dict[str, str]) -> None:
    assert verdicts[case.title] == "", "an alert that is wrong is worse than none"


def test_the_rules_are_clean(promtool: Path, tmp_path: Path) -> None:
    files = [str(path) for path in write_rules(tmp_path)]
    command = [str(promtool), "check", "rules", "--lint=all", "--lint-fatal", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_queries_of_the_runbooks_are_promql(promtool: Path, tmp_path: Path) -> None:
    queries = [query for runbook in RUNBOOKS.values() for query in runbook.queries]
    rules = [{"record": f"runbook:query:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "runbooks", "rules": rules}]}))
    done = subprocess.run([str(promtool), "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_istioctl_has_every_verb_of_the_runbooks() -> None:
    istioctl = ensure_tools(["istioctl"])["istioctl"].path
    commands = {line for runbook in RUNBOOKS.values() for line in runbook.commands if line.startswith("istioctl ")}
    for verb in sorted({_verb(line) for line in commands}):
        command = [str(istioctl), *verb.split(), "--help"]
        shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        # For a verb that it does not have it shows the help of what is above, and ends well.
        assert f"istioctl {verb} " in shown or f"istioctl {verb}\n" in shown, f"istioctl has no '{verb}'"


def _verb(line: str) -> str:
    """The words of a command of istioctl before its arguments, which are in capitals or begin with '-'."""
    words = line.split()[1:]
    end = next((index for index, word in enumerate(words) if word.startswith("-") or not word.islower()), len(words))
    return " ".join(words[:end])
