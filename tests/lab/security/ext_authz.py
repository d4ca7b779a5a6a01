"""Servers that decide about requests, in both forms of Envoy's ext_authz: HTTP and gRPC."""

import threading
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc

TICKET = "x-ticket"
GOOD = "good"


class Decisions:
    """Lets requests with a good ticket pass, and counts what it is asked."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        """How often it decided, by path and status."""
        self._lock = threading.Lock()

    def decide(self, path: str, ticket: str | None) -> int:
        """The status of the answer: 200 lets the request pass."""
        status = 200 if ticket == GOOD else 403
        with self._lock:
            self.counts[path, status] += 1
        return status


@contextmanager
def serving(decisions: Decisions) -> Generator[int]:
    """Serve them on a free loopback port for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.send_response(decisions.decide(self.path, self.headers.get(TICKET)))
            self.send_header("x-checked-by", "ext-authz")
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST = do_HEAD = _answer  # noqa: N815 - the names by which the server finds them

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
            """Nothing: the counts say what was asked."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


# envoy.service.auth.v3.CheckResponse with google.rpc.Status, as protobuf writes them: OK is the empty message, and
# {status: {code: 7}} is PERMISSION_DENIED.
_CHECK = "envoy.service.auth.v3.Authorization"
_OK, _DENIED = b"", b"\x0a\x02\x08\x07"
_TICKET_ENTRY = b"\x0a" + bytes([len(TICKET)]) + TICKET.encode() + b"\x12" + bytes([len(GOOD)]) + GOOD.encode()
"""The header with its value as an entry of the map of headers in a CheckRequest."""


@contextmanager
def serving_grpc() -> Generator[int]:
    """Serve the same decision by gRPC on a free loopback port for the time of the block."""

    def check(asked: bytes, _context: grpc.ServicerContext) -> bytes:
        return _OK if _TICKET_ENTRY in asked else _DENIED

    server = grpc.server(ThreadPoolExecutor(max_workers=2))
    handler = grpc.unary_unary_rpc_method_handler(check, request_deserializer=bytes, response_serializer=bytes)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_CHECK, {"Check": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=None).wait()
