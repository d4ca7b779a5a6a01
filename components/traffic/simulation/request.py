"""A request as a user describes it, and as Envoy sees it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "Write for example 'GET https://shop.example.com/api'"
_METHOD = re.compile(r"[A-Z]+")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class RequestError(ValueError):
    """A description of a request that cannot be understood, told with value, rule and fix."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request."""

    method: str
    scheme: str
    server_name: str
    """The host of the URL, in lower case, without the port: where the connection goes, and the SNI of TLS."""
    port: int
    authority: str
    """The Host header as it is sent: with a port only where the URL has one."""
    path: str
    """Path and query as they are sent."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """By name in lower case; several values of one header are joined by commas, as Envoy compares them."""
    claims: Mapping[str, object] | None = None
    """The claims of a token that was accepted, by which routes of a gateway are chosen; None where there is none."""

    @property
    def host(self) -> str:
        """The host by which Envoy chooses a virtual host: in lower case, and Istio has it ignore the port."""
        return without_port(self.authority).lower()

    def with_headers(self, headers: Mapping[str, str]) -> "Request":
        """The same request with other headers."""
        return replace(self, headers=headers)

    @property
    def url(self) -> str:
        """The request as a URL."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_claims(lines: Iterable[str]) -> dict[str, object] | None:
    """The claims of a token from `NAME=VALUE`, where `[A][B]=VALUE` is B within A; None when there are none.

    A claim that is given several times is a list.

    Raises:
        RequestError: one that cannot be understood; with value, rule and fix.
    """
    claims: dict[str, Any] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        names = re.findall(r"\[([^\[\]]+)\]", name) if name.startswith("[") else [name]
        if not equals or not all(names) or not names:
            raise RequestError(f"--claim: '{name}' is not NAME=VALUE. Write for example --claim sub=anna.")
        place: dict[str, Any] = claims
        for one in names[:-1]:
            inner: object = place.setdefault(one, {})
            if not isinstance(inner, dict):
                raise RequestError(f"--claim: '{one}' is a text and a map of claims at once. Keep one of the two.")
            place = cast("dict[str, Any]", inner)
        before: Any = place.get(names[-1])
        place[names[-1]] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return claims or None


def parse_request(text: str, headers: Iterable[str] = ()) -> Request:
    """The request that `METHOD URL` and headers of the form `NAME: VALUE` describe. Without a method it is GET.

    Raises:
        RequestError: it cannot be understood; with value, rule and fix.
    """
    method, _, url = text.strip().rpartition(" ")
    method = method.strip() or "GET"
    if not _METHOD.fullmatch(method):
        raise RequestError(f"request: '{text}': '{method}' is not a method, which is one word in capitals. {_EXAMPLE}.")
    split, port = _split(text, url)
    given = _headers(headers)
    authority = given.pop("host", split.netloc)
    path = (split.path or "/") + (f"?{split.query}" if "?" in url else "")
    return Request(
        method=method,
        scheme=split.scheme,
        server_name=(split.hostname or "").lower(),
        port=port,
        authority=authority,
        path=path,
        headers=given,
    )


def without_port(authority: str) -> str:
    """The host of a Host header."""
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdigit() else authority


def _split(text: str, url: str) -> tuple[SplitResult, int]:
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise RequestError(f"request: '{text}': the URL is not valid ({error}). {_EXAMPLE}.") from None
    if split.scheme not in DEFAULT_PORTS:
        raise RequestError(f"request: '{text}': the URL has to begin with http:// or https://. {_EXAMPLE}.")
    if not split.hostname:
        raise RequestError(f"request: '{text}': the URL has no host. {_EXAMPLE}.")
    if "@" in split.netloc:
        raise RequestError(
            "request: the URL has a user or a password, which no proxy routes by. Leave out what is before the '@'."
        )
    return split, DEFAULT_PORTS[split.scheme] if port is None else port


def _headers(lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _HEADER.fullmatch(name.strip()):
            raise RequestError(f"header '{name}': it has to be NAME: VALUE. Write for example -H 'x-canary: true'.")
        key = name.strip().lower()
        found[key] = f"{found[key]},{value.strip()}" if key in found else value.strip()
    return found
