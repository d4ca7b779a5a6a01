"""One short GET request, for the checks before anything is registered."""

import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, RemoteDisconnected

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NoAnswerError(Exception):
    """The server did not answer, with the reason in a few words."""


@dataclass(frozen=True)
class Answer:
    """What a server answers."""

    status: int
    body: bytes = b""
    """The beginning of its content; empty for errors."""
    challenge: str = ""
    """How one signs in, where it says so (RFC 9110, WWW-Authenticate)."""


def get(
    url: str,
    *,
    timeout_seconds: float,
    headers: Mapping[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    size: int = 64 * 1024,
) -> Answer:
    """The answer of `url`, whatever its status, with the first `size` bytes of its content.

    Proxies of the environment are used as kubectl and Helm use them, that is, never for loopback addresses.

    Raises:
        NoAnswerError: when there is no answer within the time, or TLS does not come about.
    """
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - settings allow http(s) only
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=tls)]
    if urllib.parse.urlsplit(url).hostname in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout_seconds) as answer:
            return Answer(answer.status, answer.read(size))
    except urllib.error.HTTPError as answer:
        with answer:
            return Answer(answer.code, challenge=answer.headers.get("WWW-Authenticate", ""))
    except urllib.error.URLError as error:
        raise NoAnswerError(_reason(error.reason)) from None
    except (OSError, ValueError, HTTPException) as error:
        raise NoAnswerError(_reason(error)) from None


def _reason(cause: object) -> str:
    """Why there was no answer, in words that mean the same on every system."""
    words: tuple[tuple[type[BaseException], str], ...] = (
        (ssl.SSLCertVerificationError, "its certificate is not trusted"),
        (ssl.SSLError, "TLS could not be agreed on"),
        (ConnectionRefusedError, "connection refused"),
        (TimeoutError, "no answer in time"),
        (RemoteDisconnected, "it broke off the connection"),
        (HTTPException, "it does not speak HTTP"),
    )
    known = next((text for kind, text in words if isinstance(cause, kind)), None)
    return known or getattr(cause, "strerror", None) or type(cause).__name__
