"""Checks of alerts."""

import re
from collections.abc import Iterator

from components.observability.addons.endpoints import prometheus_installed
from components.observability.alerts.settings import AlertSettings, SloSettings
from components.observability.alerts.template import number
from components.observability.alerts.time_checks import interval_problems, retention_problems, window_problems
from components.observability.operator import operator_home
from components.settings.codes import Code
from components.settings.explain import shown, suggestion
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed

with imported_when_used():
    from components.observability.alerts.catalog import AlertTemplate, Each, Threshold, alert_templates
    from components.observability.alerts.facts import expected, mesh_facts
    from components.observability.alerts.metric_checks import metric_problems
    from components.observability.alerts.receiver_checks import receiver_problems

_RULES: Path = ("alerts", "rules")

_OF_SLOS, _HOURLY = "SloBurnRateFast", "budgetPercentIn1h"


def alert_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Alerts that there are not, that cannot fire, or that nobody would be told of."""
    alerts = settings.alerts
    yield from _operator_problems(settings)
    yield from interval_problems(settings)
    yield from _drop_problems(settings)
    yield from retention_problems(settings)
    for name, own in alerts.rules.items():
        yield from _rule_problems(settings, name, own)
    for name, slo in alerts.slos.items():
        yield from _slo_problems(settings, slo, ("alerts", "slos", name))
    yield from receiver_problems(settings)
    if operator_home(settings):
        yield from metric_problems(settings)


def _operator_problems(settings: MeshSettings) -> Iterator[Problem]:
    alerts = settings.alerts
    if alerts.operator and prometheus_installed(settings):
        yield Problem(
            ("alerts", "operator"),
            "has no place beside addons.prometheus, which installs one",
            "Keep one of them, or give addons.prometheus `kind: external`",
        )
    given = {"rules": alerts.rules, "slos": alerts.slos, "receivers": alerts.receivers}
    asked = next((key for key, value in given.items() if value), None)
    if asked and operator_home(settings) is None:
        yield Problem(
            ("alerts", asked),
            "has no effect: the stack knows of no Prometheus operator that would take rules",
            "Add `addons.prometheus`, or `alerts.operator` with the namespace and labels of yours",
        )


def _drop_problems(settings: MeshSettings) -> Iterator[Problem]:
    for index, pattern in enumerate(settings.alerts.monitors.drop):
        try:
            re.compile(pattern)
        except re.error as error:
            yield Problem(
                ("alerts", "monitors", "drop", index),
                f"{shown(pattern)} is not a regular expression: {error.msg}",
                "For example: 'istio_response_bytes_bucket'",
            )


def _rule_problems(settings: MeshSettings, name: str, own: AlertSettings) -> Iterator[Problem]:
    path: Path = (*_RULES, name)
    template = alert_templates().get(name)
    if template is None:
        meant = suggestion(name, alert_templates())
        fix = f"Did you mean '{meant}'?" if meant else f"There are {listed(sorted(alert_templates()))}"
        yield Problem(path, f"there is no alert '{name}'", fix, Code.UNKNOWN_KEY)
        return
    if not own.model_fields_set:
        yield Problem(path, "says nothing", "Add what is to be different, or remove it")
    yield from _presence_problems(settings, template, own, path)
    yield from window_problems(settings, template, own, path)
    for key, value in own.thresholds.items():
        threshold = template.thresholds.get(key)
        here: Path = (*path, "thresholds", key)
        if threshold is None:
            yield _unknown_threshold(template, key, here)
        else:
            yield from _range_problems(threshold, value, here)


def _presence_problems(
    settings: MeshSettings, template: AlertTemplate, own: AlertSettings, path: Path
) -> Iterator[Problem]:
    """An alert that is asked for, but is made for each of what there is none."""
    if not own.enabled or expected(mesh_facts(settings), template.each):
        return
    wanted = {
        Each.GATEWAY: ("the stack has no gateway", "mesh.gateways"),
        Each.HTTP_GATEWAY: ("the stack has no gateway with a server for HTTP", "mesh.gateways"),
        Each.SLO: ("the stack has no objective", "alerts.slos"),
    }
    rule, place = wanted[template.each or Each.GATEWAY]
    yield Problem((*path, "enabled"), f"true, but {rule}", f"Remove it, or add one to {place}")


def _unknown_threshold(template: AlertTemplate, key: str, path: Path) -> Problem:
    known = sorted(template.thresholds)
    if not known:
        return Problem(path, f"{template.name} has no thresholds", "Remove it", Code.UNKNOWN_KEY)
    meant = suggestion(key, known)
    fix = f"Did you mean '{meant}'?" if meant else f"It has {listed(known)}"
    return Problem(path, f"{template.name} has no threshold '{key}'", fix, Code.UNKNOWN_KEY)


def _range_problems(threshold: Threshold, value: float, path: Path) -> Iterator[Problem]:
    if value < threshold.least:
        fix = f"Choose {number(threshold.least)} or more"
        yield Problem(path, f"{number(value)} is too small", fix, Code.OUT_OF_RANGE)
    elif threshold.most is not None and value > threshold.most:
        fix = f"Choose {number(threshold.most)} or less"
        yield Problem(path, f"{number(value)} is too large", fix, Code.OUT_OF_RANGE)


def _slo_problems(settings: MeshSettings, slo: SloSettings, path: Path) -> Iterator[Problem]:
    if slo.namespace is None and slo.service not in settings.services:
        meant = suggestion(slo.service, settings.services)
        fix = f"Did you mean '{meant}'?" if meant else "Declare it there, or add `namespace` for any other Service"
        yield Problem((*path, "service"), f"there is no '{slo.service}' in mesh.services", fix)
    elif slo.namespace is not None and slo.namespace not in settings.namespaces:
        meant = suggestion(slo.namespace, settings.namespaces)
        fix = f"Did you mean '{meant}'?" if meant else "Declare it there, with `create: false` when it is there already"
        yield Problem((*path, "namespace"), f"there is no namespace '{slo.namespace}' in mesh.namespaces", fix)
    # The rate of errors that uses up this share of the budget within an hour cannot be more than all requests.
    rate = (1 - slo.objective_percent / 100) * _hourly_share(settings) / 100 * slo.window_days * 24
    if rate >= 1:
        yield Problem(
            (*path, "objectivePercent"),
            f"{number(slo.objective_percent)} leaves so many errors that {_OF_SLOS} could not fire "
            "if every request failed",
            "Choose a higher objective, or a shorter windowDays",
        )


def _hourly_share(settings: MeshSettings) -> float:
    """The percent of a budget that SloBurnRateFast allows to be used up within an hour."""
    own = settings.alerts.rules.get(_OF_SLOS) or AlertSettings()
    return own.thresholds.get(_HOURLY, alert_templates()[_OF_SLOS].thresholds[_HOURLY].default)
