"""Alertmanager's own judgement of the configuration."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from components.observability.alerts.routing import alertmanager_config, configuration_text
from lab.tools import ensure_tools
from tests.observability.alerts.stack import settings_with

pytestmark = pytest.mark.lab

RECEIVERS: dict[str, Any] = {
    "on-call": {"kind": "pagerduty", "routingKey": {"configKey": "pagerduty"}},
    "chat": {"kind": "slack", "channel": "#mesh", "apiUrl": {"configKey": "slack"}},
    "mounted-chat": {"kind": "slack", "channel": "#mesh", "apiUrl": {"secret": "slack", "entry": "url"}},
    "hook": {"kind": "webhook", "url": "http://sink.tools.svc:8080/", "token": {"configKey": "token"}},
    "mail": {
        "kind": "email",
        "to": ["a@example.com", "b@example.com"],
        "from": "mesh@example.com",
        "smarthost": "smtp.example.com:587",
        "username": "mesh",
        "password": {"configKey": "mail"},
    },
}
SECRETS = {
    "pagerduty": "key\n",
    "slack": "https://hooks.example.com/services/x",
    "token": 'a: token # with "signs" of YAML \'',
    "mail": "- {s3cret}: |\n",
}


@pytest.fixture(scope="module")
def amtool() -> Path:
    return ensure_tools(["amtool"])["amtool"].path


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    routing = {"critical": {"receivers": ["on-call", "chat"]}, "warning": {"receivers": ["chat", "mounted-chat"]}}
    routing["info"] = {"receivers": ["hook", "mail"]}
    alerts = settings_with({"alerts.receivers": RECEIVERS, "alerts.routing": routing}).alerts
    file = tmp_path_factory.mktemp("alertmanager") / "alertmanager.yaml"
    file.write_text(configuration_text(alerts, SECRETS))
    return file


def test_alertmanager_takes_the_configuration_with_every_kind_of_receiver(amtool: Path, configuration: Path) -> None:
    done = subprocess.run(
        [str(amtool), "check-config", str(configuration)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        (["severity=critical", "destination_service_name=reviews"], "on-call,chat"),
        (["severity=critical", "alertname=IstiodDown"], "on-call,chat"),
        (["severity=critical", "gateway=ingressgateway", "gateway_namespace=istio-ingress"], "on-call,chat"),
        (["severity=warning"], "chat,mounted-chat"),
        (["severity=info"], "hook,mail"),
        (["severity=none", "alertname=Watchdog"], "nobody"),
    ],
    ids=["critical", "critical of the mesh", "critical of a gateway", "warning", "info", "of somebody else"],
)
def test_alertmanager_tells_whom_the_stack_says(
    amtool: Path, configuration: Path, labels: list[str], receivers: str
) -> None:
    command = [str(amtool), "config", "routes", "test", f"--config.file={configuration}", *labels]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == receivers, done.stderr


@pytest.mark.parametrize(
    ("alerts", "title"),
    [
        ([("IstiodDown", "firing")], "FIRING critical IstiodDown"),
        (
            [("ClientSeenErrors", "firing"), ("ClientSeenErrors", "firing"), ("HighErrorRate", "firing")],
            "FIRING critical ClientSeenErrors, HighErrorRate",
        ),
        ([("ClientSeenErrors", "firing"), ("HighErrorRate", "resolved")], "FIRING critical ClientSeenErrors"),
        (
            [("ClientSeenErrors", "resolved"), ("HighErrorRate", "resolved")],
            "RESOLVED critical ClientSeenErrors, HighErrorRate",
        ),
    ],
    ids=["one", "two of one service", "one of two is over", "all are over"],
)
def test_the_title_names_every_alert_of_a_notification(
    amtool: Path, tmp_path: Path, alerts: list[tuple[str, str]], title: str
) -> None:
    chat = settings_with({"alerts.receivers": {"chat": RECEIVERS["mounted-chat"]}}).alerts
    (template,) = [
        one["slack_configs"][0]["title"]
        for one in alertmanager_config(chat, SECRETS)["receivers"]
        if "slack_configs" in one
    ]
    firing = any(status == "firing" for _, status in alerts)
    data = {
        "status": "firing" if firing else "resolved",
        "commonLabels": {"severity": "critical"},
        "alerts": [{"status": status, "labels": {"alertname": name}} for name, status in alerts],
    }
    (tmp_path / "none.tmpl").write_text("")
    (tmp_path / "data.json").write_text(json.dumps(data))
    command = [str(amtool), "template", "render", f"--template.glob={tmp_path / '*.tmpl'}"]
    command += [f"--template.text={template}", f"--template.data={tmp_path / 'data.json'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == title, done.stderr
