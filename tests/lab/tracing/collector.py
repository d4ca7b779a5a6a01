"""A collector of spans, as Jaeger is one: OTLP by HTTP and by gRPC, on loopback ports of its own."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

_SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService"


@dataclass(frozen=True)
class Span:
    """One span that arrived, and how."""

    way: str
    trace: str
    tags: dict[str, str]


class Collector:
    """Takes spans until it is closed. Source of the protocol: opentelemetry.io/docs/specs/otlp."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._serving = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._grpc = grpc.server(ThreadPoolExecutor(2))
        self.http_port: int = self._http.server_address[1]
        self.grpc_port: int = self._grpc.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> Self:
        """Serve, until the end of the context."""
        export = grpc.unary_unary_rpc_method_handler(
            self._exported,
            request_deserializer=ExportTraceServiceRequest.FromString,
            response_serializer=ExportTraceServiceResponse.SerializeToString,
        )
        self._grpc.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, {"Export": export}),))
        self._grpc.start()
        self._serving.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()
        self._grpc.stop(None)

    def spans_with(self, tag: str, value: str) -> list[Span]:
        """The spans that have arrived with this value of a tag."""
        with self._lock:
            return [one for one in self._spans if one.tags.get(tag) == value]

    def _exported(self, request: ExportTraceServiceRequest, _context: object) -> ExportTraceServiceResponse:
        self._take(request, "grpc")
        return ExportTraceServiceResponse()

    def _take(self, request: ExportTraceServiceRequest, way: str) -> None:
        found = [
            Span(way, span.trace_id.hex(), {one.key: one.value.string_value for one in span.attributes})
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        with self._lock:
            self._spans += found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = b"".join(self._chunks())
                found = self.path == "/v1/traces"
                if found:
                    collector._take(ExportTraceServiceRequest.FromString(body), "http")
                self.send_response(200 if found else 404)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", "0")
                self.end_headers()

            def _chunks(self) -> Iterator[bytes]:
                """The body in pieces: Envoy does not say beforehand how long it is."""
                while size := int(self.rfile.readline(), 16):
                    yield self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
                """Say nothing of each request."""

        return Handler
