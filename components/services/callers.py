"""Settings of who calls a service and how: what it calls itself, and who else may call it."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from components.services.matching import HttpMethod
from components.settings.field_types import DnsLabel, Port, ReleaseName, Text
from components.settings.model import SettingsModel

Claims = dict[Text, Annotated[tuple[Text, ...], Field(min_length=1)]]
"""Values by claim of a JSON web token, one of which has to be there; 'a.b' is the claim b within a."""


class CallSettings(SettingsModel):
    """A call to a service, and what of it is called; everything where nothing is said."""

    service: Annotated[DnsLabel, Field(examples=["reviews"])]
    """The entry of `services` that is called."""
    methods: tuple[HttpMethod, ...] = ()
    """The methods that are used; all when left out."""
    paths: tuple[Text, ...] = ()
    """The paths that are asked for, as the service sees them: '/api', '/api/*', '*.html', '/api/{*}/{**}'."""
    ports: tuple[Port, ...] = ()
    """The ports of the pods (not of their Service) that are called; all when left out."""


class SourceSettings(SettingsModel):
    """Who: everything that is given has to hold, of each list one entry. Names of identities are one list together."""

    services: tuple[DnsLabel, ...] = ()
    """Entries of `services`, by their service accounts."""
    gateways: tuple[ReleaseName, ...] = ()
    """Entries of `gateways`, by their service accounts."""
    service_accounts: tuple[Text, ...] = ()
    """Service accounts as NAMESPACE/NAME, or NAME for one of the namespace that is called."""
    principals: tuple[Text, ...] = ()
    """Identities in Istio's form TRUST-DOMAIN/ns/NAMESPACE/sa/NAME; a '*' may begin or end one."""
    namespaces: tuple[Text, ...] = ()
    """Namespaces of the callers; a '*' may begin or end one."""
    ip_blocks: tuple[Text, ...] = ()
    """Addresses or ranges (CIDR) from which the connection comes."""
    remote_ip_blocks: tuple[Text, ...] = ()
    """Addresses or ranges (CIDR) of the original client, which X-Forwarded-For tells behind trusted proxies."""
    request_principals: tuple[Text, ...] = ()
    """ISSUER/SUBJECT of a valid JSON web token; a '*' may begin or end one, or be all of it."""


class CallerSettings(SourceSettings):
    """Somebody who may call a service beside those that say so in their `calls`, and what of it."""

    claims: Claims = Field(default_factory=dict[str, tuple[str, ...]])
    """Claims of the token by name with the values of which it needs one."""
    methods: tuple[HttpMethod, ...] = ()
    """The methods that may be used; all when left out."""
    paths: tuple[Text, ...] = ()
    """The paths that may be asked for: '/api', '/api/*', '*.html', '/api/{*}/{**}'; all when left out."""
    ports: tuple[Port, ...] = ()
    """The ports of the pods (not of their Service); all when left out."""
    reason: Text | None = None
    """Why, for whoever reviews it; written into the policy as an annotation. Production wants it for everybody."""


Calls = tuple[DnsLabel | CallSettings, ...]


def called(calls: Iterable[str | CallSettings] | None) -> list[str]:
    """The entries of `services` and `externals` that are called, each once."""
    return list(dict.fromkeys(one if isinstance(one, str) else one.service for one in calls or ()))
