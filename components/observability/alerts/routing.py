"""Alertmanager's configuration: which receivers are told about what.

Source: prometheus.io/docs/alerting/latest/configuration.
"""

from collections.abc import Mapping, Sequence

import yaml

from components.observability.alerts.receiver_config import Config, receiver_config
from components.observability.alerts.receivers import secret_sources
from components.observability.alerts.settings import AlertsSettings, Severity, SeverityRoute
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest

CONFIGURATION_SECRET = "alertmanager-istio-mesh"  # noqa: S105 - a name
"""The Secret in which Alertmanager's operator finds the configuration."""

CONFIGURATION_ENTRY = "alertmanager.yaml"
"""The key within that Secret: the operator's own."""

NOBODY = "nobody"
"""The receiver of what no route is for; Alertmanager needs one."""

_SERVICE = ("destination_service_namespace", "destination_service_name")
_GATEWAY = ("gateway_namespace", "gateway")
_OTHERS = (
    *("alertname", "namespace", "node", "type", "cluster", "cluster_name"),
    *("destination_workload_namespace", "destination_workload"),
)
"""What tells alerts apart that are about no service and no gateway.

Without these all of them would be one group, and a receiver that knows a group by one key, as PagerDuty does, would
have IstiodDown added to whatever is there already. Pods are not among them: a CA that does not sign is one page, and
not one for each pod.
"""


def alertmanager_config(alerts: AlertsSettings, secrets: Mapping[str, str]) -> Config:
    """The configuration for a stack that has receivers.

    `secrets` holds the values of the configuration keys that receivers name; the result holds them in clear.
    """
    timing = alerts.routing
    return {
        "route": {
            "receiver": NOBODY,
            # By what is broken, so that several alerts on one service are one notification.
            "group_by": [*_SERVICE, *_GATEWAY],
            "group_wait": timing.group_wait,
            "group_interval": timing.group_interval,
            "repeat_interval": timing.repeat_interval,
            "routes": _routes(alerts),
        },
        "inhibit_rules": _inhibitions(),
        "receivers": [
            {"name": NOBODY},
            *(receiver_config(name, one, secrets) for name, one in alerts.receivers.items()),
        ],
    }


def configuration_text(alerts: AlertsSettings, secrets: Mapping[str, str]) -> str:
    """The configuration as Alertmanager reads it; it holds secrets in clear."""
    return yaml.safe_dump(alertmanager_config(alerts, secrets), sort_keys=False)


def configuration_secret(namespace: str, content: object) -> Manifest:
    """The Secret that Alertmanager's operator reads, with `content` as its configuration."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": CONFIGURATION_SECRET, "namespace": namespace, "labels": COMMON_LABELS},
        "type": "Opaque",
        "stringData": {CONFIGURATION_ENTRY: content},
    }


def told(alerts: AlertsSettings) -> dict[Severity, SeverityRoute]:
    """The route of each severity: what the stack says, else all receivers for what is not mere information."""
    given = {
        Severity.CRITICAL: alerts.routing.critical,
        Severity.WARNING: alerts.routing.warning,
        Severity.INFO: alerts.routing.info,
    }
    everybody = SeverityRoute(receivers=tuple(alerts.receivers)) if alerts.receivers else None
    found = {severity: route or (None if severity is Severity.INFO else everybody) for severity, route in given.items()}
    return {severity: route for severity, route in found.items() if route}


def mounted_secrets(alerts: AlertsSettings) -> list[str]:
    """The Secrets that have to be mounted into Alertmanager (alertmanagerSpec.secrets), in a stable order."""
    sources = [source for one in alerts.receivers.values() for source in secret_sources(one).values()]
    return sorted({source.secret for source in sources if source.secret})


def named_keys(alerts: AlertsSettings) -> list[str]:
    """The configuration keys that receivers name, in a stable order."""
    sources = [source for one in alerts.receivers.values() for source in secret_sources(one).values()]
    return sorted({source.config_key for source in sources if source.config_key})


def _routes(alerts: AlertsSettings) -> list[Config]:
    """One for each receiver of each severity; all but the last one go on to the next."""
    routes: list[Config] = []
    for severity, route in told(alerts).items():
        repeat = {"repeat_interval": route.repeat_interval} if route.repeat_interval else {}
        for receiver in route.receivers:
            matchers = [f'severity="{severity.value}"']
            last = receiver == route.receivers[-1]
            one = {"receiver": receiver, "matchers": matchers, "continue": not last, **repeat}
            routes.append({**one, "routes": [_of_the_mesh()]})
    return routes


def _of_the_mesh() -> Config:
    """What is about no service and no gateway; to Alertmanager a label that is missing is an empty one."""
    return {"matchers": [f'{labels[-1]}=""' for labels in (_SERVICE, _GATEWAY)], "group_by": list(_OTHERS)}


_CAUSES = ("CircuitBreakerTripped", "CircuitBreakerOpen", "OutlierEjected")


def _inhibitions() -> list[Config]:
    """Critical mutes warnings of the same service or gateway, and each last stage its own first one.

    To Alertmanager two labels that are missing are equal, so that the source has to have them.
    """
    muted = [_muted([f'{labels[-1]}=~".+"'], labels) for labels in (_SERVICE, _GATEWAY)]
    stages = (("StalledConvergence", "SlowConvergence"), ("RootCertificateEnding", "RootCertificateExpiring"))
    return [
        *muted,
        *(
            {"source_matchers": [f'alertname="{last}"'], "target_matchers": [f'alertname="{first}"']}
            for last, first in stages
        ),
    ]


def _muted(matchers: Sequence[str], equal: Sequence[str]) -> Config:
    return {
        "source_matchers": ['severity="critical"', *matchers],
        # Why calls fail is never muted by the fact that they do.
        "target_matchers": ['severity="warning"', f'alertname!~"{"|".join(_CAUSES)}"'],
        "equal": list(equal),
    }
