"""Prometheus' own unit tests, made from the rows of tests/rules."""

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from components.observability.alerts.catalog import alert_templates
from components.observability.alerts.specs import prometheus_rules
from components.observability.operator import OperatorHome
from tests.support.documents import document
from tests.support.stacks import settings_of

ROWS = Path(__file__).parents[1] / "rules"
GROUPS = tuple(sorted(path.stem for path in ROWS.glob("*.yaml") if path.stem != "stack"))

Manifest = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row: what Prometheus collects, and what of an alert it then says."""

    alert: str
    name: str
    fires: bool
    group: str
    """The file of the row, and of the alert."""
    every: str
    """How often the rules are evaluated; what needs days would take minutes if it were every minute."""
    series: Mapping[str, str]
    at: tuple[str, ...]
    expected: tuple[Mapping[str, Any], ...]

    @property
    def title(self) -> str:
        """A name that no other case has."""
        return f"{self.alert} {'fires' if self.fires else 'is quiet'}: {self.name}"


@cache
def rules() -> Mapping[str, Manifest]:
    """The PrometheusRules of the stack of the tests, by role."""
    return prometheus_rules(settings_of(document(ROWS / "stack.yaml")), OperatorHome(namespace="monitoring"))


@cache
def cases() -> tuple[Case, ...]:
    """The rows of all files."""
    return tuple(case for group in GROUPS for case in _cases_of(group))


def write_rules(folder: Path) -> list[Path]:
    """The rules as files that Prometheus reads: what each PrometheusRule holds."""
    return [_written(folder / f"{role}.yaml", manifest["spec"]) for role, manifest in rules().items()]


def run_cases(promtool: Path, folder: Path) -> dict[str, str]:
    """What promtool says of each case, by its title; nothing for a case that is as it should be.

    One run, with a file for each group of alerts that holds only the rules which it needs: each case evaluates all
    rules of its file at every step.
    """
    kinds = sorted({(case.group, case.every) for case in cases()})
    files = [_test_file(folder, group, every) for group, every in kinds]
    report = folder / "report.xml"
    command = [str(promtool), "test", "rules", f"--junit={report}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if not report.exists():
        raise AssertionError(done.stdout + done.stderr)
    # What promtool has written is trusted.
    suites = ET.parse(report).getroot()  # noqa: S314
    return {
        one.get("name", ""): "\n".join((part.text or part.get("message") or "") for part in one)
        for one in suites.iter("testcase")
    }


def _test_file(folder: Path, group: str, every: str) -> Path:
    groups = list(_groups_for(group))
    rule_file = _written(folder / f"{group}-rules.yaml", {"groups": groups})
    test = {
        "rule_files": [str(rule_file)],
        "evaluation_interval": every,
        # Without an order that is told they come in any, and alerts may see what is recorded a step late.
        "group_eval_order": [one["name"] for one in groups],
        "tests": [_test(case) for case in cases() if (case.group, case.every) == (group, every)],
    }
    return _written(folder / f"{group}-{every}.yaml", test)


def _groups_for(group: str) -> Iterator[Mapping[str, Any]]:
    """The alerts of a group, and before them the recordings on which some of them stand."""
    name = alert_group(group)
    alerts = [one for one in rules()["alerts"]["spec"]["groups"] if one["name"] == name]
    texts = [rule["expr"] for one in alerts for rule in one["rules"]]
    for one in reversed(rules()["recordings"]["spec"]["groups"]):
        if any(rule["record"] in text for rule in one["rules"] for text in texts):
            alerts.insert(0, one)
            texts += [rule["expr"] for rule in one["rules"]]
    yield from alerts


def alert_group(file: str) -> str:
    """The name of the group of alerts whose rows are in tests/rules/FILE.yaml."""
    first = next(iter(document(ROWS / f"{file}.yaml")["alerts"]))
    return alert_templates()[first].group


def _written(path: Path, content: object) -> Path:
    path.write_text(yaml.safe_dump(content, sort_keys=False, width=1000), encoding="utf-8")
    return path


def _cases_of(group: str) -> Iterator[Case]:
    rows_of = document(ROWS / f"{group}.yaml")
    names = rows_of["names"]
    for alert, kinds in rows_of["alerts"].items():
        for kind, rows in kinds.items():
            for name, row in rows.items():
                times = row["at"] if isinstance(row["at"], list) else [row["at"]]
                yield Case(
                    alert=alert,
                    name=name,
                    fires=kind == "fires",
                    group=group,
                    every=row.get("every", "1m"),
                    series={names[key]: values for key, values in row["series"].items()},
                    at=tuple(times),
                    expected=tuple(row.get("expect", ())),
                )


def _test(case: Case) -> dict[str, Any]:
    wanted = [
        {
            "exp_labels": dict(one["labels"]),
            "exp_annotations": {
                "summary": one["summary"],
                "description": one["description"],
                "runbook_url": f"https://runbooks.example.com/mesh/{case.alert}.md",
            },
        }
        for one in case.expected
    ]
    return {
        "name": case.title,
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in case.series.items()],
        "alert_rule_test": [{"eval_time": time, "alertname": case.alert, "exp_alerts": wanted} for time in case.at],
    }
