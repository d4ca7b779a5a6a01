"""Receivers as Alertmanager reads them.

Source: prometheus.io/docs/alerting/latest/configuration, "Receiver integration settings".
"""

from collections.abc import Mapping
from typing import Any

from components.observability.alerts.receivers import (
    EmailReceiver,
    PagerDutyReceiver,
    Receiver,
    SecretSource,
    SlackReceiver,
    WebhookReceiver,
)

Config = dict[str, Any]
"""A part of Alertmanager's configuration, in its own field names."""

MOUNTED = "/etc/alertmanager/secrets"
"""Below which the operator mounts Secrets into Alertmanager, each as a folder (alertmanagerSpec.secrets)."""

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


def receiver_config(name: str, receiver: Receiver, secrets: Mapping[str, str]) -> Config:
    """A receiver as Alertmanager reads it; `secrets` holds the values of configuration keys, which are then in it."""
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
