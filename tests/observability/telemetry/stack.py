"""A stack with telemetry, for tests of the slice."""

from typing import Any

from components.observability.telemetry.specs import telemetries
from components.platform.manifest import Manifest
from tests.support.stacks import DEMO, PRODUCTION, changed, settings_of

_PARTS: dict[str, Any] = {
    "samples": {},
    "namespaces": {"shop": {"injection": "enabled"}},
    "externals": {
        "apm": {
            "namespace": "shop",
            "hosts": ["apm.example.com"],
            "ports": [{"port": 443, "protocol": "HTTP"}],
        }
    },
    "telemetry": {
        "providers": {
            "jaeger": {"opentelemetry": {"service": "jaeger-collector.tracing.svc.cluster.local", "port": 4317}},
            "log": {"envoyFileAccessLog": {"logFormat": {"labels": {"code": "%RESPONSE_CODE%"}}}},
        },
        "tracing": {"providers": [{"name": "jaeger"}]},
        "accessLogging": [{"providers": [{"name": "log"}], "filter": {"expression": "response.code >= 400"}}],
    },
}

TRACED: dict[str, Any] = DEMO | _PARTS
"""A collector in the cluster, and a log of failed requests; a test says what it needs on top."""

TRACED_PRODUCTION: dict[str, Any] = PRODUCTION | _PARTS
"""The same for production, where the default sampling is low."""


def traced_with(changes: dict[str, Any], *, profile: str = "demo") -> dict[str, Any]:
    """The stack with a value at each of the dotted paths; None takes an entry away."""
    document = TRACED_PRODUCTION if profile == "production" else TRACED
    for path, value in changes.items():
        document = changed(document, path, value)
        if value is None:
            *parents, last = path.split(".")
            node = document
            for part in parents:
                node = node[part]
            del node[last]
    return document


def made(changes: dict[str, Any], *, profile: str = "demo") -> dict[str, Manifest]:
    """The Telemetries of the stack by NAMESPACE/NAME."""
    found = [one for _, one in telemetries(settings_of(traced_with(changes, profile=profile)))]
    return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in found}
