"""Settings of who is told about alerts."""

from typing import Annotated, Literal

from pydantic import Field

from components.settings.field_types import ConfigKey, DnsLabel, MailAddress, SecretEntry, Smarthost, Text, WebUrl
from components.settings.model import SettingsModel


class SecretSource(SettingsModel):
    """Where a secret lies: in a configuration key of this stack, or in a Secret that somebody else keeps."""

    config_key: ConfigKey | None = None
    """The configuration key that holds it; store it with `pulumi config set --secret`."""
    secret: DnsLabel | None = None
    """The Secret that holds it, in Alertmanager's namespace; it is mounted into Alertmanager."""
    entry: SecretEntry | None = None
    """The key within that Secret."""


_KEY_OF_SLACK = {"configKey": "slack-url"}


class WebhookReceiver(SettingsModel):
    """A server that takes Alertmanager's JSON."""

    kind: Literal["webhook"]
    """This receiver is a webhook."""
    url: WebUrl | None = None
    """Its address, when it holds no secret."""
    url_from: SecretSource | None = None
    """Its address, when it holds a token."""
    token: SecretSource | None = None
    """A bearer token that is sent along."""
    send_resolved: bool = True
    """Whether it is told when an alert is over."""


class SlackReceiver(SettingsModel):
    """A channel of Slack."""

    kind: Literal["slack"]
    """This receiver is Slack."""
    channel: Annotated[Text, Field(examples=["#mesh"])]
    """The channel, with its '#'."""
    api_url: Annotated[SecretSource, Field(examples=[_KEY_OF_SLACK])]
    """The address of the incoming webhook, which is a secret."""
    send_resolved: bool = True
    """Whether it is told when an alert is over."""


class PagerDutyReceiver(SettingsModel):
    """A service of PagerDuty."""

    kind: Literal["pagerduty"]
    """This receiver is PagerDuty."""
    routing_key: Annotated[SecretSource, Field(examples=[{"configKey": "pagerduty-key"}])]
    """The integration key (Events API v2), which is a secret."""
    send_resolved: bool = True
    """Whether it is told when an alert is over."""


class EmailReceiver(SettingsModel):
    """Mail."""

    kind: Literal["email"]
    """This receiver is mail."""
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, examples=[["mesh@example.com"]])]
    """Who gets it."""
    sender: Annotated[MailAddress, Field(alias="from", examples=["alertmanager@example.com"])]
    """Who sends it."""
    smarthost: Annotated[Smarthost, Field(examples=["smtp.example.com:587"])]
    """The mail server, as host:port; TLS is required."""
    username: Text | None = None
    """The name to log in with; no login when left out."""
    password: SecretSource | None = None
    """The password for it."""
    send_resolved: bool = True
    """Whether it is told when an alert is over."""


Receiver = Annotated[WebhookReceiver | SlackReceiver | PagerDutyReceiver | EmailReceiver, Field(discriminator="kind")]


def secret_sources(receiver: Receiver) -> dict[str, SecretSource]:
    """The secrets of a receiver, by the key of the stack file that tells where each lies."""
    match receiver:
        case WebhookReceiver():
            named = {"urlFrom": receiver.url_from, "token": receiver.token}
        case SlackReceiver():
            named = {"apiUrl": receiver.api_url}
        case PagerDutyReceiver():
            named = {"routingKey": receiver.routing_key}
        case EmailReceiver():
            named = {"password": receiver.password}
    return {key: source for key, source in named.items() if source}
