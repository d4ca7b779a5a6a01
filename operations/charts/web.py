"""GET requests to repositories and registries, with failures as sentences."""

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from components.platform.http import LOOPBACK
from lab.authorities import public_authorities
from lab.errors import LabError
from operations.charts.archive import LARGEST

TIMEOUT_SECONDS = 30.0


class NoAnswerError(LabError):
    """A server that does not answer: asking it for something else would only take time."""


class Web:
    """One client for all requests of a run. Redirects are followed; credentials never go along to another host."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS, connect_seconds: float | None = None) -> None:
        self._timeout = httpx.Timeout(timeout_seconds, connect=connect_seconds or timeout_seconds)

    def get(self, url: str, headers: Mapping[str, str] | None = None, largest: int = LARGEST) -> httpx.Response:
        """The answer of `url`, whatever its status, read to its end.

        Raises:
            NoAnswerError: there is no answer.
            LabError: there are more than `largest` bytes of it.
        """
        # Proxies of the environment are for the world outside, as for kubectl and Helm.
        outside, authorities = urlsplit(url).hostname not in LOOPBACK, public_authorities()
        try:
            with (
                httpx.Client(
                    timeout=self._timeout, follow_redirects=True, trust_env=outside, verify=authorities
                ) as client,
                client.stream("GET", url, headers=dict(headers or {})) as answer,
            ):
                content = bytearray()
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > largest:
                        raise LabError(f"{url}: is larger than {largest} bytes, which no chart is. Correct the source.")
                kept = {key: value for key, value in answer.headers.items() if key.lower() != "content-encoding"}
                return httpx.Response(answer.status_code, headers=kept, content=bytes(content))
        except httpx.HTTPError as error:
            raise NoAnswerError(
                f"{url}: does not answer ({_reason(error)}). Check the address in istio.charts and the network; "
                "without network, copy the charts from a machine that has one, and use istio.charts.folder."
            ) from None


def _reason(error: httpx.HTTPError) -> str:
    """Why there was no answer, in words that mean the same on every system."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not trusted"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.RemoteProtocolError):
        return "it broke off, or does not speak HTTP"
    return "connection refused" if "refused" in str(error) else str(error) or type(error).__name__
