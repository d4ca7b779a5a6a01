"""Somebody who sends requests to an Envoy, and what chance allows the answers to be."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar, DefaultCookiePolicy
from math import exp, lgamma, log
from types import TracebackType
from typing import Self

import httpx

from lab.readiness import wait_until

SECONDS = 30.0


class Visitor:
    """Sends requests to one listener of an Envoy over connections that are kept."""

    def __init__(self, port: int) -> None:
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))  # What a test does not say is not sent.
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=SECONDS, trust_env=False, cookies=no_cookies
        )

    def __enter__(self) -> Self:
        """Use it as a context, which closes its connections."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the connections."""
        self._client.close()

    def ask(
        self, host: str, path: str = "/", headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> httpx.Response:
        """What `host` answers; a redirect is not followed."""
        return self._client.request(method, path, headers={**(headers or {}), "host": host})

    def versions(
        self, host: str, count: int, path: str = "/", headers: Mapping[str, str] | None = None
    ) -> Counter[str]:
        """How many of `count` requests each version answered."""
        return Counter(version_of(answer) for answer in self.answers(host, count, path, headers))

    def answers(
        self, host: str, count: int, path: str = "/", headers: Mapping[str, str] | None = None
    ) -> list[httpx.Response]:
        """The answers to `count` equal requests, of which some run at the same time."""
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(self.ask, host, path, headers) for _ in range(count)]
            return [one.result() for one in asked]


def version_of(answer: httpx.Response) -> str:
    """The version of the pod that answered; the status where none did."""
    return answer.json()["version"] if answer.status_code == 200 else str(answer.status_code)


def asked_headers(answer: httpx.Response) -> dict[str, str]:
    """The headers that the pod says it got."""
    return {name.lower(): value for name, value in answer.json()["headers"].items()}


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for what takes effect by and by, such as a push of istiod."""

    def holds() -> bool:
        try:
            return condition()
        except (httpx.HTTPError, KeyError, ValueError):  # Not served yet, or not by a pod.
            return False

    assert wait_until(holds, SECONDS), f"{what} within {SECONDS:.0f} s"


def bounds(requests: int, share: float, certainty: float = 0.999) -> range:
    """The counts within which chance stays so often, when each of the requests goes there with this share.

    The exact binomial distribution, with half of the rest cut off at each end.
    """
    tail = (1 - certainty) / 2
    chances = [_chance(requests, k, share) for k in range(requests + 1)]
    least = next(k for k in range(requests + 1) if sum(chances[: k + 1]) > tail)
    most = next(k for k in range(requests, -1, -1) if sum(chances[k:]) > tail)
    return range(least, most + 1)


def _chance(requests: int, k: int, share: float) -> float:
    """Of exactly `k`; by logarithms, because the number of ways is too large for a float."""
    ways = lgamma(requests + 1) - lgamma(k + 1) - lgamma(requests - k + 1)
    return exp(ways + k * log(share) + (requests - k) * log(1 - share))
