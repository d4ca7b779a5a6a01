"""The query of docs/security.md that tells what a default deny would refuse, by Prometheus' own judgement."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.tools import ensure_tools
from tests.support.stacks import ROOT

pytestmark = pytest.mark.lab

HTTP = 'envoy_http_inbound_0_0_0_0_8080__rbac{namespace="shop", pod="orders-1"'
OTHER_PORT = 'envoy_http_inbound_0_0_0_0_9090__rbac{namespace="shop", pod="orders-1"'
TCP = 'envoy_tcp_rbac{namespace="shop", pod="orders-1"'
"""Envoy's counters, a metric for each port. Source: istio.io/latest/docs/tasks/security/authorization/authz-dry-run."""
DENIED = ', authz_dry_run_action="allow", authz_dry_run_result="denied"}'
ALLOWED = ', authz_dry_run_action="allow", authz_dry_run_result="allowed"}'
QUIET, ONCE = "0x2016", "0x1000 1x1015"
"""A week of samples, one each five minutes; a job that is denied once in it."""


def query() -> str:
    """The only block of PromQL of the page."""
    (block,) = (ROOT / "docs/security.md").read_text(encoding="utf-8").split("```promql\n")[1:]
    return " ".join(block.partition("```")[0].split())


def verdict(folder: Path, series: dict[str, str], *, found: bool) -> str:
    """What promtool says when the query has to find the pod, or nothing."""
    samples: list[dict[str, Any]] = [{"labels": '{namespace="shop", pod="orders-1"}', "value": 1}] if found else []
    test = {
        "evaluation_interval": "5m",
        "tests": [
            {
                "interval": "5m",
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "promql_expr_test": [
                    {"expr": f"round({query()})", "eval_time": "7d", "exp_samples": samples},
                ],
            }
        ],
    }
    file = folder / "test.yaml"
    file.write_text(yaml.safe_dump(test, width=1000))
    promtool = ensure_tools(["promtool"])["promtool"].path
    done = subprocess.run([str(promtool), "test", "rules", str(file)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize(
    ("series", "found"),
    [
        ({HTTP + DENIED: ONCE}, True),
        ({TCP + DENIED: ONCE}, True),
        ({HTTP + DENIED: ONCE, OTHER_PORT + DENIED: QUIET, TCP + DENIED: QUIET}, True),
        ({HTTP + DENIED: QUIET, OTHER_PORT + DENIED: QUIET, TCP + DENIED: QUIET}, False),
        ({HTTP + ALLOWED: ONCE}, False),
        ({HTTP + DENIED: "3x2016"}, False),
    ],
    ids=["of HTTP", "of TCP", "of one port of several", "nothing", "only allowed", "before the week"],
)
def test_what_would_be_refused_once_in_a_week_is_found(tmp_path: Path, series: dict[str, str], *, found: bool) -> None:
    assert verdict(tmp_path, series, found=found) == "", "who is not found here is refused once it is enforced"
