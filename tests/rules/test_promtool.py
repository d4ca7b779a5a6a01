"""Every alert by Prometheus' own judgement: when it fires, what it says, and when it is quiet."""

import subprocess
from pathlib import Path

import pytest

from lab.tools import ensure_tools
from tests.support.promtool import Case, cases, run_cases, write_rules

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
