"""Settings of matches: which requests a route is for, in the words of Istio's HTTPMatchRequest."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, LabelKey, LabelValue, Text
from components.settings.model import SettingsModel


class HttpMethod(StrEnum):
    """Methods of HTTP."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    CONNECT = "CONNECT"
    OPTIONS = "OPTIONS"
    TRACE = "TRACE"


class TextMatch(SettingsModel):
    """How a text is compared: one of exact, prefix and regex."""

    exact: str | None = None
    """The whole text."""
    prefix: str | None = None
    """How the text begins."""
    regex: str | None = None
    """A regular expression (RE2) for the whole text."""


class PathMatch(SettingsModel):
    """How the path of a request is compared: one of exact, prefix and regex."""

    exact: str | None = None
    """The whole path."""
    prefix: str | None = None
    """Whole segments at the begin: '/api' is for '/api' and '/api/x', not for '/apix', as in the Gateway API."""
    regex: str | None = None
    """A regular expression (RE2) for the whole path."""


class HeaderMatch(SettingsModel):
    """How a header is compared: one of exact, prefix, regex and present."""

    exact: str | None = None
    """The whole value."""
    prefix: str | None = None
    """How the value begins."""
    regex: str | None = None
    """A regular expression (RE2) for the whole value."""
    present: bool | None = None
    """true: the header is there, whatever its value."""


class RouteMatch(SettingsModel):
    """Which requests are meant; everything that is given has to hold."""

    path: PathMatch | None = None
    """The path, without the query."""
    ignore_uri_case: bool = False
    """Whether the path is compared without regard to case; for exact and prefix."""
    method: HttpMethod | None = None
    """The method."""
    headers: dict[Text, HeaderMatch] = Field(default_factory=dict[str, HeaderMatch])
    """Headers by name, in lower case."""
    without_headers: dict[Text, HeaderMatch] = Field(default_factory=dict[str, HeaderMatch])
    """Headers that must not be like this."""
    query_params: dict[Text, TextMatch] = Field(default_factory=dict[str, TextMatch])
    """Parameters of the query by name; exact or regex."""
    authority: TextMatch | None = None
    """The host that the request is for, with a port where the client sends one."""
    source_labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Labels of the calling pod; within the mesh only."""
    source_namespace: Annotated[DnsLabel | None, Field(examples=["frontend"])] = None
    """The namespace of the calling pod; within the mesh only."""
    claims: Annotated[dict[Text, TextMatch], Field(examples=[{"group": {"exact": "dev"}}])] = Field(
        default_factory=dict[str, TextMatch]
    )
    """Claims of a valid token by name, at gateways that check it (`jwt`); 'a.b' is the claim b within a."""
