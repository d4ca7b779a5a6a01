"""What a test asks the real Prometheus, and whom the real Alertmanager tells."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import httpx

Object = dict[str, Any]


class Prometheus:
    """Its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=30, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, **parameters: str) -> Any:
        """The data of an answer; an error of Prometheus is a failed assertion with its text."""
        answer = self._client.get(path, params=parameters).json()
        assert answer["status"] == "success", f"{path} {parameters}: {answer['error']}"
        return answer["data"]

    def query(self, expression: str) -> list[Object]:
        """The series of an instant vector."""
        return cast("list[Object]", self.get("/query", query=expression)["result"])

    def value(self, expression: str) -> float | None:
        """The value of a vector of one series; None where there is none."""
        found = self.query(expression)
        assert len(found) < 2, f"{expression} is meant to be one series: {found}"
        return float(found[0]["value"][1]) if found else None

    def samples(self, selector: str, window: str) -> list[tuple[Object, list[float]]]:
        """The labels of each series with the times of its samples, Unix seconds, within a window until now."""
        found = self.query(f"{selector}[{window}]")
        return [(one["metric"], [at for at, _ in one["values"]]) for one in found]

    def formatted(self, expression: str) -> str:
        """An expression in the way in which Prometheus itself writes it."""
        return str(self.get("/format_query", query=expression))

    def targets(self) -> list[Object]:
        """What it scrapes."""
        return cast("list[Object]", self.get("/targets", state="active")["activeTargets"])


class Webhook:
    """A receiver of Alertmanager: every alert that it was told of, as (name, status), in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.told: list[tuple[str, str]] = []
        self.alerts: list[Object] = []

    def take(self, notification: Object) -> None:
        """Note a notification: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config."""
        self.alerts += notification["alerts"]
        self.told += [(one["labels"]["alertname"], one["status"]) for one in notification["alerts"]]


@contextmanager
def listening() -> Generator[Webhook]:
    """A webhook on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            webhook.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    webhook = Webhook(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield webhook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
