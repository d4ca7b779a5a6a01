"""A pod as prometheus-operator makes one, in short."""

import gzip
from base64 import b64encode
from typing import Any

import yaml

from tests.lab_unit.api_server import ApiServer, Object

CONFIGURATION: dict[str, Any] = {
    "global": {"external_labels": {"prometheus_replica": "$(POD_NAME)"}},
    "rule_files": ["/etc/prometheus/rules/one/*.yaml"],
    "scrape_configs": [
        {"job_name": "envoys", "metrics_path": "/prometheus", "kubernetes_sd_configs": [{"role": "pod"}]},
        {"job_name": "files", "authorization": {"credentials_file": "/etc/prometheus/secrets/token"}},
    ],
    "alerting": {"alertmanagers": [{"kubernetes_sd_configs": [{"role": "endpoints"}]}]},
}


def encoded(content: bytes) -> str:
    """As a Secret holds it."""
    return b64encode(content).decode()


def zipped(document: object) -> bytes:
    """As the operator keeps a configuration."""
    return gzip.compress(yaml.safe_dump(document).encode())


def prometheus_pod(server: ApiServer, name: str = "prometheus-mesh-0", *, index: str = "0", **more: Any) -> Object:
    """Hold the pod, and the objects that it mounts."""
    labels = {
        "app.kubernetes.io/managed-by": "prometheus-operator",
        "app.kubernetes.io/name": "prometheus",
        "app.kubernetes.io/instance": "mesh",
        "apps.kubernetes.io/pod-index": index,
    }
    pod = server.put_pod(name, namespace="monitoring", labels=labels, **more)
    config = {"name": "config", "mountPath": "/etc/prometheus/config"}
    both = [
        {"name": "out", "mountPath": "/etc/prometheus/config_out"},
        {"name": "rules", "mountPath": "/etc/prometheus/rules/one"},
        {"name": "web", "mountPath": "/etc/prometheus/web.yaml", "subPath": "web.yaml"},
    ]
    pod["spec"]["containers"] = [
        {
            "name": "prometheus",
            "args": [
                "--config.file=/etc/prometheus/config_out/made.yaml",
                "--storage.tsdb.path=/prometheus",
                "--web.route-prefix=/prometheus",
                "--web.listen-address=:9090",
                "--web.enable-lifecycle",
            ],
            "volumeMounts": [*both, {"name": "data", "mountPath": "/prometheus", "subPath": "db"}],
        },
        {
            "name": "config-reloader",
            "args": [
                "--config-file=/etc/prometheus/config/prometheus.yaml.gz",
                "--config-envsubst-file=/etc/prometheus/config_out/made.yaml",
            ],
            "env": [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
            "volumeMounts": [config, *both],
        },
    ]
    pod["spec"]["volumes"] = [
        {"name": "config", "secret": {"secretName": "config"}},
        {"name": "out", "emptyDir": {}},
        {"name": "data", "emptyDir": {}},
        {"name": "rules", "configMap": {"name": "rules", "optional": True}},
        {
            "name": "web",
            "projected": {"sources": [{"secret": {"name": "web", "items": [{"key": "w", "path": "web.yaml"}]}}]},
        },
    ]
    put(server, "secrets", "config", {"prometheus.yaml.gz": encoded(zipped(CONFIGURATION))})
    put(server, "secrets", "web", {"w": encoded(b"tls: none"), "other": encoded(b"")})
    put(server, "configmaps", "rules", {"mesh.yaml": "groups: []"})
    return pod


def put(server: ApiServer, plural: str, name: str, data: dict[str, str]) -> None:
    """Hold a Secret or ConfigMap."""
    server.put(f"/api/v1/namespaces/monitoring/{plural}/{name}", {"metadata": {"name": name}, "data": data})
