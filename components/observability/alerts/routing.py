"""Alertmanager's configuration: which receivers are told about what.

Source: prometheus.io/docs/alerting/latest/configuration.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from components.observability.alerts.receivers import (
    EmailReceiver,
    PagerDutyReceiver,
    Receiver,
    SecretSource,
    SlackReceiver,
    WebhookReceiver,
    secret_sources,
)
from components.observability.alerts.settings import AlertsSettings, Severity, SeverityRoute
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest

CONFIGURATION_SECRET = "alertmanager-istio-mesh"  # noqa: S105 - a name
"""The Secret in which Alertmanager's operator finds the configuration."""

CONFIGURATION_ENTRY = "alertmanager.yaml"
"""The key within that Secret: the operator's own."""

NOBODY = "nobody"
"""The receiver of what no route is for; Alertmanager needs one."""

MOUNTED = "/etc/alertmanager/secrets"
"""Below which the operator mounts Secrets into Alertmanager, each as a folder (alertmanagerSpec.secrets)."""

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

_TEXT = (
    "{{ range .Alerts }}{{ .Annotations.summary }}. {{ .Annotations.description }}\n"
    "{{ .Annotations.runbook_url }}\n{{ end }}"
)
_TITLE = (
    # Alerts come in the order of their labels, of which the name is the first one that they all have.
    "{{ .Status | toUpper }} {{ .CommonLabels.severity }} "
    '{{ $alerts := .Alerts.Firing }}{{ if eq .Status "resolved" }}{{ $alerts = .Alerts.Resolved }}{{ end }}'
    '{{ $last := "" }}{{ range $alerts }}{{ if ne .Labels.alertname $last }}{{ if $last }}, {{ end }}'
    "{{ .Labels.alertname }}{{ $last = .Labels.alertname }}{{ end }}{{ end }}"
)

Config = dict[str, Any]


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
        "receivers": [{"name": NOBODY}, *(_receiver(name, one, secrets) for name, one in alerts.receivers.items())],
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


def _receiver(name: str, receiver: Receiver, secrets: Mapping[str, str]) -> Config:
    match receiver:
        case WebhookReceiver():
            kind, fields = "webhook_configs", _webhook(receiver, secrets)
        case SlackReceiver():
            url = _secret("api_url", receiver.api_url, secrets)
            kind, fields = "slack_configs", {**url, "channel": receiver.channel, "title": _TITLE, "text": _TEXT}
        case PagerDutyReceiver():
            key = _secret("routing_key", receiver.routing_key, secrets)
            kind, fields = "pagerduty_configs", {**key, "description": _TITLE, "details": {"firing": _TEXT}}
        case EmailReceiver():
            kind, fields = "email_configs", _email(receiver, secrets)
    return {"name": name, kind: [{**fields, "send_resolved": receiver.send_resolved}]}


def _webhook(receiver: WebhookReceiver, secrets: Mapping[str, str]) -> Config:
    url = _secret("url", receiver.url_from, secrets) if receiver.url_from else {"url": receiver.url}
    if receiver.token is None:
        return url
    return {**url, "http_config": {"authorization": _secret("credentials", receiver.token, secrets)}}


def _email(receiver: EmailReceiver, secrets: Mapping[str, str]) -> Config:
    login = {"auth_username": receiver.username} if receiver.username else {}
    password = _secret("auth_password", receiver.password, secrets) if receiver.password else {}
    return {
        "to": ", ".join(receiver.to),
        "from": receiver.sender,
        "smarthost": receiver.smarthost,
        "require_tls": True,
        **login,
        **password,
    }


def _secret(field: str, source: SecretSource, secrets: Mapping[str, str]) -> Config:
    """A field with a secret from configuration in it, or the one that names the file of a mounted Secret."""
    if source.config_key:
        # What is piped into `pulumi config set` often ends with a newline.
        return {field: secrets[source.config_key].strip()}
    return {f"{field}_file": f"{MOUNTED}/{source.secret}/{source.entry}"}
