"""The labels of Istio's standard metrics, from one line that an Envoy of the lab wrote of a request.

Names and values are those of https://istio.io/latest/docs/reference/config/metrics/. Istio's own filter learns more of
its peer: here, the app and version of a destination, as its source tells them, are the canonical service and revision.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

UNKNOWN = "unknown"
CLUSTER = "Kubernetes"
SOURCE, DESTINATION = "source", "destination"
# The bridge writes them (lab/go/mesh/cmd/endpoint-bridge/requests.go); what Envoy does not know is None.
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Workload:
    """One side of a request."""

    name: str = UNKNOWN
    namespace: str = UNKNOWN
    app: str = UNKNOWN
    version: str = UNKNOWN
    service: str = UNKNOWN
    """The canonical service."""
    revision: str = "latest"
    """The canonical revision."""
    cluster: str = UNKNOWN

    @classmethod
    def of_pod(cls, name: str, namespace: str, labels: Mapping[str, str]) -> Self:
        """The workload of a pod; canonical names as Istio takes them from labels (istio.io/istio, pkg/kube/labels)."""
        service = ("service.istio.io/canonical-name", "app.kubernetes.io/name", "app")
        revision = ("service.istio.io/canonical-revision", "app.kubernetes.io/version", "version")
        return cls(
            name,
            namespace,
            labels.get("app", UNKNOWN),
            labels.get("version", UNKNOWN),
            next((labels[key] for key in service if key in labels), name),
            next((labels[key] for key in revision if key in labels), "latest"),
            CLUSTER,
        )

    @classmethod
    def of_endpoint(cls, told: str | None) -> Self:
        """The workload that istiod tells of an endpoint: NAME;NAMESPACE;SERVICE;REVISION;CLUSTER."""
        parts = (told or "").split(";")
        if len(parts) < 5 or not parts[0]:
            return cls()
        name, namespace, service, revision, cluster = parts[:5]
        return cls(name, namespace, service, revision or UNKNOWN, service, revision or "latest", cluster or UNKNOWN)

    def labels(self, side: str, principal: str | None) -> dict[str, str]:
        """The labels of this side, SOURCE or DESTINATION."""
        return {
            f"{side}_workload": self.name,
            f"{side}_workload_namespace": self.namespace,
            f"{side}_principal": principal or UNKNOWN,
            f"{side}_app": self.app,
            f"{side}_version": self.version,
            f"{side}_canonical_service": self.service,
            f"{side}_canonical_revision": self.revision,
            f"{side}_cluster": self.cluster,
        }


def labels(line: Line, own: Workload, peer: Workload | None) -> dict[str, str]:
    """The labels of a request that `own` reports. `peer` is who sent it, where `own` is the destination."""
    if line["reporter"] == SOURCE:
        sides = own.labels(SOURCE, line["own_principal"]) | Workload.of_endpoint(line["upstream_workload"]).labels(
            DESTINATION, line["upstream_peer"]
        )
        policy = UNKNOWN
    else:
        sides = (peer or Workload()).labels(SOURCE, line["peer_principal"]) | own.labels(
            DESTINATION, line["local_principal"]
        )
        policy = "mutual_tls" if line["peer_principal"] else "none"
    return {
        "reporter": line["reporter"],
        **sides,
        **_service(line),
        "request_protocol": "grpc" if _is_grpc(line) else "http",
        "response_code": str(line["code"] or 0),
        "grpc_response_status": str(line["grpc_status"]) if _is_grpc(line) and line["grpc_status"] is not None else "",
        "response_flags": line["flags"] or "-",
        "connection_security_policy": policy,
    }


def _is_grpc(line: Line) -> bool:
    return str(line["content_type"] or "").startswith("application/grpc")


def _service(line: Line) -> dict[str, str]:
    """The service that istiod knows behind the cluster; else the host that was asked for, and the cluster's name."""
    known = line["services"]
    if isinstance(known, str):
        known = json.loads(known)
    if known:
        first = cast("dict[str, str]", known[0])
        host, name, namespace = first["host"], first["name"], first["namespace"]
    else:
        host, namespace = line["authority"] or UNKNOWN, UNKNOWN
        name = line["cluster"] or host
    return {"destination_service": host, "destination_service_name": name, "destination_service_namespace": namespace}
