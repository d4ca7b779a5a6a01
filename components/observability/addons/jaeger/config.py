"""Jaeger's own configuration file.

Source: jaegertracing.io/docs/latest/deployment/configuration, and the files config*.yaml of cmd/jaeger in
github.com/jaegertracing/jaeger.
"""

from components.observability.addons.jaeger.settings import (
    BadgerStorage,
    InstalledJaeger,
    JaegerStorage,
    MemoryStorage,
    ServerStorage,
)

BADGER_FOLDER = "/badger"
"""Where the volume of the storage badger is mounted."""

PASSWORD_VARIABLE = "STORAGE_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable with the password of the storage's user."""

_STORE = "traces"


def jaeger_config(jaeger: InstalledJaeger) -> dict[str, object]:
    """The configuration of one Jaeger that takes spans by OTLP and Zipkin, keeps them, and shows them."""
    return {
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp", "zipkin"],
                    "processors": ["batch"],
                    "exporters": ["jaeger_storage_exporter"],
                }
            },
            "telemetry": {
                "resource": {"service.name": "jaeger"},
                "metrics": {
                    "level": "normal",
                    "readers": [{"pull": {"exporter": {"prometheus": {"host": "0.0.0.0", "port": 8888}}}}],  # noqa: S104 - in its pod
                },
            },
        },
        "extensions": {
            "healthcheckv2": {"use_v2": True, "http": {"endpoint": _any(13133)}},
            "jaeger_query": {
                "storage": {"traces": _STORE},
                "http": {"endpoint": _any(16686)},
                "grpc": {"endpoint": _any(16685)},
            },
            "jaeger_storage": {"backends": {_STORE: _backend(jaeger.storage)}},
        },
        "receivers": {
            "otlp": {"protocols": {"grpc": {"endpoint": _any(4317)}, "http": {"endpoint": _any(4318)}}},
            "zipkin": {"endpoint": _any(9411)},
        },
        # Not an empty map, which would be left out of Helm values.
        "processors": {"batch": {"timeout": "1s"}},
        "exporters": {"jaeger_storage_exporter": {"trace_storage": _STORE}},
    }


def _backend(storage: JaegerStorage) -> dict[str, object]:
    if isinstance(storage, MemoryStorage):
        return {"memory": {"max_traces": storage.max_traces}}
    if isinstance(storage, BadgerStorage):
        folders = {"keys": f"{BADGER_FOLDER}/keys", "values": f"{BADGER_FOLDER}/values"}
        return {"badger": {"directories": folders, "ephemeral": False, "ttl": {"spans": storage.retention}}}
    return {storage.kind: _servers(storage)}


def _servers(storage: ServerStorage) -> dict[str, object]:
    found: dict[str, object] = {"server_urls": list(storage.server_urls)}
    if storage.username:
        login = {"username": storage.username, "password": f"${{env:{PASSWORD_VARIABLE}}}"}
        found["auth"] = {"basic": login}
    if storage.index_prefix:
        found["indices"] = {"index_prefix": storage.index_prefix}
    return found


def _any(port: int) -> str:
    """All addresses of the pod."""
    return f"0.0.0.0:{port}"
