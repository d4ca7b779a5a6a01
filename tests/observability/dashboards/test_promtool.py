"""Every query of the dashboards in the eyes of Prometheus' own parser."""

import subprocess
from pathlib import Path

import pytest
import yaml

from lab.tools import ensure_tools
from tests.support.dashboards import queries

pytestmark = pytest.mark.lab


def test_every_query_is_promql(tmp_path: Path) -> None:
    promtool = ensure_tools(["promtool"])["promtool"].path
    found = list(queries())
    rules = [{"record": f"query:{index}", "expr": one.expr} for index, one in enumerate(found)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run([str(promtool), "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(found)} rules found" in done.stdout, "what is not read is not checked"
