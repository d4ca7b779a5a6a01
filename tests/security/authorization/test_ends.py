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


def warnings_on(today: date, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a preview warns of on a day."""
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warned.append)

    def program() -> None:
        set_all_config({"istio-mesh:mesh": stack(EXCEPTION)})
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
