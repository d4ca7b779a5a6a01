"""Which metrics the rules of a stack stand on, and what switches them off."""

import re
from collections.abc import Mapping
from functools import cache

from components.observability.alerts.catalog import AlertTemplate, record_templates, slo_records
from components.settings.data_files import yaml_data

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?:\$\{window\})?")


@cache
def telemetry_names() -> Mapping[str, str | None]:
    """The metrics that there are to stand on, each with the name by which Telemetry switches it off, if it can."""
    rows_of = yaml_data(__package__, "metrics.yaml")
    return {name: telemetry for rows in rows_of.values() for name, telemetry in rows.items()}


@cache
def proxy_metrics() -> frozenset[str]:
    """The metrics among them that proxies have."""
    return frozenset(yaml_data(__package__, "metrics.yaml")["proxies"])


def metrics_of(alert: AlertTemplate) -> set[str]:
    """The metrics that an alert stands on, also through recording rules."""
    return words_of(alert) & set(telemetry_names())


def recorded_metrics() -> set[str]:
    """The metrics that the shared recording rules stand on."""
    return {word for one in record_templates() for word in _NAME.findall(one.expr)} & set(telemetry_names())


def words_of(alert: AlertTemplate) -> set[str]:
    """Every word of an alert's expression and of the recordings below it: metrics, labels, values, functions."""
    words = set(_NAME.findall(alert.expr))
    for one in (*slo_records().rules, *slo_records().base):
        if any(word.startswith(one.record.replace("${window}", "")) for word in words):
            words |= set(_NAME.findall(one.expr))
    # From the last to the first, because a recording stands on earlier ones only.
    for one in reversed(record_templates()):
        if one.record in words:
            words |= set(_NAME.findall(one.expr))
    return words
