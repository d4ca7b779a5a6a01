"""Exceptions end: in production they say when, before it they are warned of, and after it refused."""

import json
from datetime import date
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.settings.loader import load_settings
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError
from tests.services.shop import shop_with
from tests.support.engine import run

EXCEPTION: dict[str, Any] = {"services": ["stock"], "from": [{"namespaces": ["shop"]}], "until": "2027-01-31"}


def stack(exception: dict[str, Any], **more: Any) -> str:
    """A stack with one exception, as Pulumi hands it over."""
    authorization = {"stage": "audit", "defaultDeny": "services", "exceptions": {"batch": exception}}
    return json.dumps(shop_with({"authorization": authorization, **more}))


def told(text: str, today: date) -> list[str]:
    """What is said about a stack on a day."""
    try:
        parse_settings(text, "Pulumi.test.yaml", today)
    except SettingsError as error:
        return str(error).splitlines()
    return []


def test_an_exception_holds_on_its_last_day() -> None:
    assert told(stack(EXCEPTION), date(2027, 1, 31)) == [], "until the end of that day"


@pytest.mark.parametrize("until", ["2027-01-31", "2027-01-31 00:00:00 +0000 UTC"])
def test_an_exception_is_refused_after_its_last_day(until: str) -> None:
    assert told(stack({**EXCEPTION, "until": until}), date(2027, 2, 1)) == [
        "Pulumi.test.yaml: mesh.authorization.exceptions.batch.until: ended on 2027-01-31, and today is 2027-02-01. "
        "Remove the exception, or write until when it holds now, if somebody decided so. [MESH-214]"
    ], "nobody would take it back otherwise"


def test_without_a_day_no_end_is_looked_at() -> None:
    assert parse_settings(stack({**EXCEPTION, "until": "2020-01-31"}), "x"), "a committed file has to load tomorrow too"


def test_production_wants_a_reason_and_an_end() -> None:
    exception = {key: value for key, value in EXCEPTION.items() if key != "until"}
    text = stack(exception, profile="production", **{"cluster.context": "prod"})
    assert told(text, date(2027, 1, 1)) == [
        "Pulumi.test.yaml: mesh.authorization.exceptions.batch.reason: required in production, because an exception "
        "without a reason is never taken back. Say why, for example `reason: the batch moves to v2 in March`. "
        "[MESH-301]",
        "Pulumi.test.yaml: mesh.authorization.exceptions.batch.until: required in production, so that an exception "
        "ends. Add the last day on which it holds, for example `until: 2027-01-31`. [MESH-301]",
    ], "who reviews it later was not there"


def warnings_on(today: date, monkeypatch: pytest.MonkeyPatch, text: str | None = None) -> list[str]:
    """What a preview warns of on a day."""
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warned.append)

    def program() -> None:
        set_all_config({"istio-mesh:mesh": text or stack(EXCEPTION)})
        load_settings(today)

    run(program, stack="dev")
    return warned


def test_an_exception_is_warned_of_two_weeks_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_on(date(2027, 1, 17), monkeypatch) == [], "who is warned too early learns to look away"
    assert warnings_on(date(2027, 1, 18), monkeypatch) == [
        "Pulumi.dev.yaml: mesh.authorization.exceptions.batch.until: ends on 2027-01-31; after that day a preview is "
        "refused. Remove the exception in time. [MESH-214]"
    ], "a deployment that cannot wait should not be the first to hear of it"


def test_a_preview_knows_the_day() -> None:
    def program() -> None:
        set_all_config({"istio-mesh:mesh": stack({**EXCEPTION, "until": "2020-01-31"})})
        load_settings()

    with pytest.raises(pulumi.RunError, match="ended on 2020-01-31"):
        run(program, stack="dev")


PLAIN: dict[str, Any] = {
    "mode": "PERMISSIVE",
    "until": "2027-01-31",
    "workloads": {"db": {"selector": {"matchLabels": {"app": "db"}}, "mode": "DISABLE", "until": "2027-02-28"}},
}
"""A namespace that accepts plain text for now, with a workload that does so for longer."""


def plain_text() -> str:
    """A stack with exceptions of mutual TLS."""
    return json.dumps(shop_with({"mtls.namespaces": {"shop": PLAIN}}))


def test_plain_text_is_refused_after_its_last_day() -> None:
    assert told(plain_text(), date(2027, 1, 31)) == [], "until the end of that day"
    assert told(plain_text(), date(2027, 3, 1)) == [
        "Pulumi.test.yaml: mesh.mtls.namespaces.shop.until: ended on 2027-01-31, and today is 2027-03-01. Remove the "
        "exception, or write until when it holds now, if somebody decided so. [MESH-205]",
        "Pulumi.test.yaml: mesh.mtls.namespaces.shop.workloads.db.until: ended on 2027-02-28, and today is 2027-03-01. "
        "Remove the exception, or write until when it holds now, if somebody decided so. [MESH-205]",
    ], "an exception that says when it ends is taken back then"


def test_plain_text_is_warned_of_two_weeks_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_on(date(2027, 1, 17), monkeypatch, plain_text()) == [], (
        "who is warned too early learns to look away"
    )
    assert warnings_on(date(2027, 1, 18), monkeypatch, plain_text()) == [
        "Pulumi.dev.yaml: mesh.mtls.namespaces.shop.until: ends on 2027-01-31; after that day a preview is refused. "
        "Remove the exception in time. [MESH-205]"
    ], "only what is near its end"


AUDIT: dict[str, Any] = {
    "authorization": {"stage": "enforce", "rules": {"noted": {"action": "AUDIT", "services": ["stock"]}}},
    "resources": [
        {
            "apiVersion": "security.istio.io/v1",
            "kind": "AuthorizationPolicy",
            "metadata": {"name": "noted", "namespace": "shop"},
            "spec": {"action": "AUDIT", "rules": [{}]},
        }
    ],
}
"""Policies that only mark requests, by intent and in Istio's own words."""
_NOBODY_SEES = (
    "AUDIT only marks requests, and Istio has no plugin that would tell of them. Add "
    "`%DYNAMIC_METADATA(envoy.common:access_log_hint)%` to meshConfig.accessLogFormat, or write what is meant as ALLOW "
    "or DENY with `stage: audit`."
)


def test_an_audit_that_nobody_sees_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings_on(date(2027, 1, 1), monkeypatch, json.dumps(shop_with(AUDIT))) == [
        f"Pulumi.dev.yaml: mesh.authorization.rules.noted.action: {_NOBODY_SEES} [MESH-214]",
        f"Pulumi.dev.yaml: mesh.resources[0].spec.action: {_NOBODY_SEES} [MESH-212]",
    ], "it refuses nobody, and records nothing"


@pytest.mark.parametrize(
    "changes",
    [
        {"meshConfig.accessLogFormat": "%DYNAMIC_METADATA(envoy.common:access_log_hint)%"},
        {"authorization.rules.noted.action": "DENY", "authorization.rules.noted.to": [{"ports": [1]}], "resources": []},
    ],
    ids=["in the access log", "none"],
)
def test_no_audit_is_warned_of_that_somebody_sees(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(shop_with({**AUDIT, **changes}))
    assert warnings_on(date(2027, 1, 1), monkeypatch, text) == [], "who is warned for nothing learns to look away"
