"""How other addons sign in at one that somebody else runs: by a Secret, in the words of Grafana and of Kiali."""

from typing import Annotated, Literal

from pydantic import Field

from components.settings.field_types import DnsName, SecretKey
from components.settings.model import SettingsModel

Entries = dict[str, str]
"""What a Secret has, by the role of each: `username`, `password` or `token`, and the key of the Secret."""


class BasicLogin(SettingsModel):
    """A name and a password, from a Secret that somebody else keeps in the addons' namespace."""

    kind: Literal["basic"]
    """How one signs in."""
    secret: Annotated[DnsName, Field(examples=["prometheus-login"])]
    """The name of the Secret."""
    username_key: SecretKey = "username"
    """The key of the Secret that holds the name."""
    password_key: SecretKey = "password"  # noqa: S105 - the name of a key
    """The key of the Secret that holds the password."""


class BearerLogin(SettingsModel):
    """A token that is sent as `Authorization: Bearer …`, from a Secret that somebody else keeps in that namespace."""

    kind: Literal["bearer"]
    """How one signs in."""
    secret: Annotated[DnsName, Field(examples=["prometheus-token"])]
    """The name of the Secret."""
    token_key: SecretKey = "token"  # noqa: S105 - the name of a key
    """The key of the Secret that holds the token."""


Login = Annotated[BasicLogin | BearerLogin, Field(discriminator="kind")]
"""Who signs in."""


def entries(login: Login) -> Entries:
    """The keys of the Secret by what they hold."""
    if isinstance(login, BearerLogin):
        return {"token": login.token_key}
    return {"username": login.username_key, "password": login.password_key}


def variables(addon: str, login: Login) -> dict[str, dict[str, object]]:
    """The environment variables of Grafana that hold a login, as its chart takes them (`envValueFrom`)."""
    return {
        _variable(addon, role): {"secretKeyRef": {"name": login.secret, "key": key}}
        for role, key in entries(login).items()
    }


def grafana_login(addon: str, login: Login) -> dict[str, object]:
    """The fields of a data source that sign in, with variables that Grafana fills itself.

    Source: grafana.com/docs/grafana/latest/administration/provisioning, "Using environment variables".
    """
    if isinstance(login, BearerLogin):
        header = {"httpHeaderValue1": f"Bearer ${{{_variable(addon, 'token')}}}"}
        return {"jsonData": {"httpHeaderName1": "Authorization"}, "secureJsonData": header}
    return {
        "basicAuth": True,
        "basicAuthUser": f"${{{_variable(addon, 'username')}}}",
        "secureJsonData": {"basicAuthPassword": f"${{{_variable(addon, 'password')}}}"},
    }


def kiali_login(login: Login) -> dict[str, object]:
    """The field `auth` of one of Kiali's external services, which its chart fills from the Secret."""
    return {"type": login.kind, **{role: f"secret:{login.secret}:{key}" for role, key in entries(login).items()}}


def _variable(addon: str, role: str) -> str:
    return f"{addon.upper()}_{role.upper()}"
