"""Durations in the forms that the Gateway API takes."""

import re

import pytest

from components.services.durations import gateway_duration, whole_seconds


@pytest.mark.parametrize(
    ("given", "written"),
    [("10s", "10s"), ("0s", "0s"), ("1.5s", "1s500ms"), ("250ms", "250ms"), ("90s", "1m30s"), ("1h", "1h")],
)
def test_a_duration_is_written_in_whole_numbers(given: str, written: str) -> None:
    assert gateway_duration(given) == written, "the Gateway API takes no fractions (GEP-2257)"


@pytest.mark.parametrize("given", ["200000s", "2000000.5s", "99999999ms"])
def test_a_long_duration_has_no_number_that_is_too_long(given: str) -> None:
    assert re.fullmatch(r"([0-9]{1,5}(h|m|s|ms)){1,4}", gateway_duration(given)), "the pattern of the CRD"


def test_a_field_that_is_a_number_gets_whole_seconds() -> None:
    assert whole_seconds("1m30s") == 90, "CORS counts in seconds"
