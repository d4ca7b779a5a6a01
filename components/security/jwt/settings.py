"""Settings of JSON web tokens, in the words of Istio's RequestAuthentication."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.services.matching import HttpMethod
from components.settings.field_types import ClaimHeader, DnsLabel, IstioDuration, ReleaseName, Text
from components.settings.model import SettingsModel


class JwtStage(StrEnum):
    """Whether requests without a token are refused, or only counted."""

    AUDIT = "audit"
    ENFORCE = "enforce"


class TokenHeader(SettingsModel):
    """A header in which a token is sent."""

    name: Annotated[Text, Field(examples=["x-jwt-assertion"])]
    """The name of the header."""
    prefix: str | None = None
    """What stands before the token, such as 'Bearer '."""


class ClaimToHeader(SettingsModel):
    """A claim that the service is told in a header."""

    header: Annotated[ClaimHeader, Field(examples=["x-jwt-sub"])]
    """The name of the header: letters, digits, '-' and '_'. What callers send in it is taken away."""
    claim: Annotated[Text, Field(examples=["sub"])]
    """The claim: text, a number or true and false; 'a.b' is the claim b within a."""


class JwtRequirement(SettingsModel):
    """Which requests need a token; everything that is given has to hold."""

    hosts: tuple[Text, ...] = ()
    """Hosts, with any port that a client sends; whole names, without '*' before them and without a port. All when left
    out."""
    methods: tuple[HttpMethod, ...] = ()
    """Methods; all when left out."""
    paths: tuple[Text, ...] = ()
    """Paths: '/api', '/api/*', '*.html', '/api/{*}/{**}'; all when left out."""
    not_paths: tuple[Text, ...] = ()
    """Paths that need none, such as that of a health check."""


class JwtSettings(SettingsModel):
    """Tokens of one issuer. An invalid token is always refused; none at all is, where it is required."""

    issuer: Annotated[Text, Field(examples=["https://login.example.com"])]
    """Who makes the tokens: their claim `iss`, to the letter."""
    jwks_uri: Text | None = None
    """Where istiod fetches the issuer's public keys; by OpenID discovery of the issuer without it and `jwks`."""
    jwks: str | dict[str, object] | None = None
    """The public keys themselves, a JSON Web Key Set; never private ones."""
    audiences: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """Of which the token names one (`aud`); any when left out."""
    from_headers: tuple[TokenHeader, ...] = ()
    """Where the token is; in `Authorization: Bearer` or the parameter `access_token` when nothing says so."""
    from_params: tuple[Text, ...] = ()
    """Parameters of the query with the token, which access logs show."""
    from_cookies: tuple[Text, ...] = ()
    """Cookies with the token."""
    forward_original_token: bool = False
    """Whether the service gets the token too; with gateways, a service can only check it then."""
    output_payload_to_header: Text | None = None
    """A header in which the service gets all claims, as base64 of JSON."""
    output_claim_to_headers: tuple[ClaimToHeader, ...] = ()
    """Single claims as headers."""
    timeout: IstioDuration | None = None
    """How long fetching the keys may take; 5s when left out."""
    gateways: tuple[ReleaseName, ...] = ()
    """Entries of `gateways` that check the tokens."""
    services: tuple[DnsLabel, ...] = ()
    """Entries of `services` whose sidecars check the tokens."""
    required: bool | JwtRequirement = False
    """Whether requests need a valid token with a subject: true for all, or which; others may come without."""
    stage: JwtStage = JwtStage.ENFORCE
    """`audit`: what is required is only tried, and counted. An invalid token is refused in both."""
