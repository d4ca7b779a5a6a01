"""What a stand-in answers to a request, whichever version of HTTP it came by."""

import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from lab.agent.behaviour import Behaviour, Play, told

Answer = tuple[int, dict[str, Any]]
"""The status, and the body for JSON."""
WITHOUT_BODY = {204, 304}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    protocol: str
    server_name: str | None = None
    """The name that TLS asked for, '' where it gave none; None where it was not spoken."""


def answer(identity: Mapping[str, str], play: Play, asked: Asked, connection: socket.socket) -> Answer | None:
    """Who answers and what was asked, so that a test can tell where a request ended up.

    It takes as long as the behaviour says. None where the connection is to end without an answer.
    """
    headers = {name.lower(): value for name, value in asked.headers.items()}
    try:
        behaviour = play.asked(identity, asked.method, asked.path.partition("?")[0], headers)
    except ValidationError as error:
        return 400, {"error": told(error)}
    if not carry_on(behaviour, connection):
        return None
    said = {"method": asked.method, "path": asked.path, "protocol": asked.protocol, "server_name": asked.server_name}
    return behaviour.status, {**identity, **said, "headers": dict(asked.headers)}


def carry_on(behaviour: Behaviour, connection: socket.socket) -> bool:
    """Wait as long as was asked for; False where the connection is to end without an answer."""
    time.sleep(behaviour.delay)
    if behaviour.close == "reset":
        # A linger of no seconds makes close() send RST (socket(7), SO_LINGER).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)  # Who reads it in another thread would keep it open.
        connection.close()
    return behaviour.close is None
