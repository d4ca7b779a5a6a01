"""The charts of the lab's Istio, and of the oldest that is supported, against the values that the program sets."""

from pathlib import Path

import pytest

from components.platform.chart_values import known_values
from lab.charts import package_charts
from lab.tools import ensure_tools
from tests.support.chart_check import folder_problems

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("tool", ["istio-charts", "istio-charts-oldest"])
def test_every_value_that_the_program_sets_exists_in_the_charts(tool: str, tmp_path: Path) -> None:
    charts = ensure_tools([tool])[tool]
    package_charts(charts.path, charts.version, tmp_path)
    names = {path.name for path in tmp_path.glob("*.tgz")}
    assert names >= {f"{chart}-{charts.version}.tgz" for chart in known_values()}, "otherwise nothing is looked at"
    assert folder_problems(tmp_path) == [], "Istio's charts ignore a value that they do not know in silence"
