"""The lab's charts against the values that the program sets."""

from pathlib import Path

import pytest

from components.platform.chart_values import known_values
from lab.charts import package_charts
from lab.tools import ensure_tools
from tests.support.chart_check import folder_problems

pytestmark = pytest.mark.lab


def test_every_value_that_the_program_sets_exists_in_the_charts(tmp_path: Path) -> None:
    charts = ensure_tools(["istio-charts"])["istio-charts"]
    package_charts(charts.path, charts.version, tmp_path)
    assert len(list(tmp_path.glob("*.tgz"))) >= len(known_values()), "otherwise nothing would be looked at"
    assert folder_problems(tmp_path) == [], "Istio's charts ignore a value that they do not know in silence"
