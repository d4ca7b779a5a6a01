"""Alertmanager's configuration: who is told about what, with secrets where they belong."""

import re
from typing import Any

import pytest

from components.observability.alerts.routing import alertmanager_config, mounted_secrets, named_keys
from tests.observability.alerts.stack import settings_with

SECRETS = {"pagerduty-key": "R0UT1NG\n", "hook": "https://hooks.example.com/token", "mail": "s3cret"}


def config_of(changes: dict[str, Any]) -> dict[str, Any]:
    return alertmanager_config(settings_with(changes).alerts, SECRETS)


def receiver(config: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in config["receivers"] if one["name"] == name)


def routes_of(config: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(one["matchers"][0], one["receiver"], one["continue"]) for one in config["route"]["routes"]]


def test_without_a_word_all_receivers_are_told_of_what_is_not_mere_information() -> None:
    assert routes_of(config_of({})) == [
        ('severity="critical"', "on-call", True),
        ('severity="critical"', "chat", False),
        ('severity="warning"', "on-call", True),
        ('severity="warning"', "chat", False),
    ], "whoever declares a receiver wants to be told"


def test_each_severity_goes_where_the_stack_says() -> None:
    routing = {
        "critical": {"receivers": ["on-call", "chat"], "repeatInterval": "1h"},
        "warning": {"receivers": ["chat"]},
        "info": {"receivers": ["chat"]},
    }
    config = config_of({"alerts.routing": routing})
    assert routes_of(config) == [
        ('severity="critical"', "on-call", True),
        ('severity="critical"', "chat", False),
        ('severity="warning"', "chat", False),
        ('severity="info"', "chat", False),
    ], "nobody is woken by a warning"
    repeated = [one.get("repeat_interval") for one in config["route"]["routes"]]
    assert repeated == ["1h", "1h", None, None], "the others keep that of the whole"


def test_without_receivers_nobody_is_told_and_the_configuration_is_still_one() -> None:
    config = config_of({"alerts.receivers": {}})
    assert config["route"]["receiver"] == "nobody", "Alertmanager does not start without a receiver"
    assert config["receivers"] == [{"name": "nobody"}], "nobody has no address"


def test_alerts_on_one_service_are_one_notification() -> None:
    together = config_of({})["route"]["group_by"]
    assert together == [
        "destination_service_namespace",
        "destination_service_name",
        "gateway_namespace",
        "gateway",
    ], "the service's failures are also those that its callers see"


def test_alerts_on_no_service_are_told_apart_by_name_and_not_by_pod() -> None:
    routes = config_of({})["route"]["routes"]
    assert all(len(one["routes"]) == 1 for one in routes), "each receiver of each severity"
    (below,) = routes[0]["routes"]
    assert below["matchers"] == ['destination_service_name=""', 'gateway=""'], "the others are together as they were"
    assert {"alertname", "namespace", "node", "type"} <= set(below["group_by"]), (
        "one group has one key at PagerDuty, where IstiodDown would be added to what somebody has seen already"
    )
    assert "pod" not in below["group_by"], "a CA that does not sign is no page for each pod"
    assert "receiver" not in below, "who is told stays as the stack says"


@pytest.mark.parametrize("cause", ["CircuitBreakerTripped", "CircuitBreakerOpen", "OutlierEjected"])
def test_why_calls_fail_is_not_muted_by_their_failing(cause: str) -> None:
    muting = [one for one in config_of({})["inhibit_rules"] if "equal" in one]
    patterns = [
        matcher.removeprefix('alertname!~"').removesuffix('"')
        for one in muting
        for matcher in one["target_matchers"]
        if matcher.startswith("alertname!~")
    ]
    assert len(patterns) == len(muting)
    assert all(re.fullmatch(pattern, cause) for pattern in patterns), "what says the reason has to arrive"


def test_a_rule_that_mutes_needs_the_labels_that_it_compares() -> None:
    muting = [one for one in config_of({})["inhibit_rules"] if "equal" in one]
    assert muting, "critical mutes warnings of the same service"
    wrong = [one for one in muting if f'{one["equal"][-1]}=~".+"' not in one["source_matchers"]]
    assert not wrong, "labels that both lack are equal to Alertmanager, so that IstiodDown would mute all services"


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        (
            {},
            "on-call",
            {"routing_key": "R0UT1NG"},
        ),
        (
            {"alerts.receivers.on-call.routingKey": {"secret": "pagerduty", "entry": "key"}},
            "on-call",
            {"routing_key_file": "/etc/alertmanager/secrets/pagerduty/key"},
        ),
        (
            {},
            "chat",
            {"api_url_file": "/etc/alertmanager/secrets/slack/url", "channel": "#mesh"},
        ),
        (
            {
                "alerts.receivers.hook": {
                    "kind": "webhook",
                    "url": "http://sink.tools.svc:8080/a",
                    "sendResolved": False,
                }
            },
            "hook",
            {"url": "http://sink.tools.svc:8080/a", "send_resolved": False},
        ),
        (
            {
                "alerts.receivers.hook": {
                    "kind": "webhook",
                    "urlFrom": {"configKey": "hook"},
                    "token": {"secret": "sink", "entry": "token"},
                }
            },
            "hook",
            {
                "url": "https://hooks.example.com/token",
                "http_config": {"authorization": {"credentials_file": "/etc/alertmanager/secrets/sink/token"}},
            },
        ),
        (
            {
                "alerts.receivers.mail": {
                    "kind": "email",
                    "to": ["a@example.com", "b@example.com"],
                    "from": "mesh@example.com",
                    "smarthost": "smtp.example.com:587",
                    "username": "mesh",
                    "password": {"configKey": "mail"},
                }
            },
            "mail",
            {
                "to": "a@example.com, b@example.com",
                "from": "mesh@example.com",
                "smarthost": "smtp.example.com:587",
                "require_tls": True,
                "auth_username": "mesh",
                "auth_password": "s3cret",
            },
        ),
    ],
    ids=["pagerduty by key", "pagerduty by Secret", "slack", "webhook", "webhook with secrets", "mail"],
)
def test_a_receiver_becomes_one_of_alertmanagers(changes: dict[str, Any], name: str, expected: dict[str, Any]) -> None:
    (kind,) = (value for key, value in receiver(config_of(changes), name).items() if key != "name")
    told = {key: kind[0][key] for key in expected}
    assert told == expected, "Alertmanager knows its own field names only"


def test_the_secrets_of_others_are_told_so_that_they_are_mounted() -> None:
    settings = settings_with({})
    assert mounted_secrets(settings.alerts) == ["slack"], "a file that is not there keeps Alertmanager from starting"
    assert named_keys(settings.alerts) == ["pagerduty-key"], "what is in configuration is read by the program"
