"""Metrics that are collected because of an alert."""

import re

from components.observability.alerts.collection import collecting_mesh_config
from tests.observability.alerts.stack import settings_with

OPEN = "cluster.outbound|9080||reviews.bookinfo.svc.cluster.local;.circuit_breakers.default.rq_pending_open"
TOTAL = "cluster.outbound|9080||reviews.bookinfo.svc.cluster.local;.upstream_rq_total"
XDS = "cluster.xds-grpc;.circuit_breakers.default.rq_pending_open"


def test_without_such_an_alert_mesh_config_stays_as_it_is() -> None:
    settings = settings_with({})
    assert collecting_mesh_config(settings) is settings.mesh_config, "a change restarts pods"


def test_an_alert_on_envoys_own_metrics_has_proxies_export_these_and_no_others() -> None:
    settings = settings_with({"alerts.rules.CircuitBreakerOpen": {"enabled": True}})
    matcher = collecting_mesh_config(settings).default_config.proxy_stats_matcher
    assert matcher is not None, "without it the alert could never fire"
    (pattern,) = list(matcher.inclusion_regexps or ())
    assert re.fullmatch(pattern, OPEN), "Envoy compares the whole name"
    assert not re.fullmatch(pattern, TOTAL), "each metric costs memory in every proxy"
    assert not re.fullmatch(pattern, XDS), "the connection to istiod is none of a service"


def test_what_the_stack_exports_itself_stays() -> None:
    settings = settings_with(
        {
            "meshConfig": {"defaultConfig": {"proxyStatsMatcher": {"inclusionRegexps": [".*upstream_cx_total"]}}},
            "alerts.rules.OutlierEjected": {"enabled": True},
        }
    )
    matcher = collecting_mesh_config(settings).default_config.proxy_stats_matcher
    assert matcher is not None, "the stack itself has one"
    own, added = list(matcher.inclusion_regexps or ())
    assert own == ".*upstream_cx_total", "an alert adds to what somebody needs"
    assert added.endswith("ejections_active"), "and its own comes beside"


def test_alerts_that_are_switched_off_as_a_whole_collect_nothing() -> None:
    settings = settings_with({"alerts.rules.OutlierEjected": {"enabled": True}, "alerts.enabled": False})
    assert collecting_mesh_config(settings) is settings.mesh_config, "nobody would look at it"
