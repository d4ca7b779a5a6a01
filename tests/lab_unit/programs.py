"""Small programs that stand for the lab's."""

import sys
from pathlib import Path

from lab.layout import LabLayout
from lab.parts import Part

# Answers every HTTP request with 200. Nothing but socket is imported: a test waits for its start.
_ANSWER = """
import socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
while True:
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
    connection.close()
"""
WAIT = ("sleep", "600")


def answering_part(layout: LabLayout, name: str) -> Part:
    """A part that answers on its port."""
    port = layout.port(name)
    command = (sys.executable, "-S", "-E", "-c", _ANSWER, str(port))
    return Part(name, command, {"http": port}, f"http://127.0.0.1:{port}/", ready_seconds=20)


def script(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
