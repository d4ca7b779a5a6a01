"""Requests exactly as they are written: neither path nor headers are tidied up on the way to an Envoy."""

import http.client
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lab.proxy import Proxy
from lab.readiness import wait_until

SECONDS = 120.0
CUT = 0
"""The status of a request that got no answer, because the connection was closed."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def asked(self) -> dict[str, Any]:
        """What a stand-in says it was asked."""
        return json.loads(self.text)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a stand-in says it got, in lower case."""
        return {name.lower(): value for name, value in self.asked["headers"].items()}


def ask(port: int, host: str, path: str = "/", headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
    """What the Envoy that listens on a loopback port answers, or that it cuts the connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())
    except (ConnectionError, http.client.BadStatusLine):
        return Answer(CUT, "")
    finally:
        connection.close()


@dataclass(frozen=True)
class Client:
    """A workload with a sidecar, which speaks mutual TLS for it."""

    sidecar: Proxy

    def ask(self, host: str, path: str = "/", headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        """What HOST:PORT answers the workload."""
        return ask(self.sidecar.listeners[int(host.rpartition(":")[2])], host, path, headers, method)


def past_every_sidecar(
    callee: Proxy, port: int, path: str = "/", headers: Mapping[str, str] | None = None, method: str = "GET"
) -> Answer:
    """What a pod answers to plain text: from a caller without a sidecar, so that only the callee's own one is asked."""
    return ask(callee.inbound[port], "callee", path, headers, method)


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for what takes effect by and by."""

    def holds() -> bool:
        try:
            return condition()
        except (OSError, http.client.HTTPException, KeyError, ValueError):  # A listener that is not there yet.
            return False

    assert wait_until(holds, SECONDS), f"{what} within {SECONDS:.0f} s"


def await_routes(callers: Iterable[Proxy], callees: Iterable[Proxy], port: int) -> None:
    """Wait until what each caller sends goes to the sidecars of all callees, and not to their stand-ins past these."""
    places = [f"127.0.0.1:{callee.inbound[port]}::" for callee in callees]
    for caller in callers:
        eventually(
            lambda caller=caller: all(place in ask(caller.admin_port, "admin", "/clusters").text for place in places),
            f"{caller.name} sends to every sidecar",
        )
