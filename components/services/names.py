"""Names of services as Kubernetes and Istio know them."""

from components.settings.api import Api
from components.settings.later import imported_when_used

with imported_when_used():
    from components.services.settings import ServiceSettings, VersionSettings

CLUSTER_DOMAIN = "cluster.local"
"""The domain of Services; Istio's charts and Kubernetes' own default."""


def service_name(key: str, service: ServiceSettings) -> str:
    """The name of the Kubernetes Service."""
    return service.name or key


def service_host(key: str, service: ServiceSettings, version: str | None = None) -> str:
    """The full name of a Service, which means the same in every namespace; of a version's own one if it has one."""
    name = service_name(key, service)
    if version is not None and service.api is Api.GATEWAY:
        name = version_service(key, service, version)
    return cluster_host(name, service.namespace)


def cluster_host(name: str, namespace: str) -> str:
    """The full name of the Service `name` in `namespace`."""
    return f"{name}.{namespace}.svc.{CLUSTER_DOMAIN}"


def version_service(key: str, service: ServiceSettings, version: str) -> str:
    """The Service of one version: routes of the Gateway API tell versions apart by Services, not by subsets."""
    return f"{service_name(key, service)}-{version}"


def pod_labels(key: str, service: ServiceSettings) -> dict[str, str]:
    """The labels that select the pods of a service."""
    return dict(service.selector or {"app": service_name(key, service)})


def version_labels(name: str, version: VersionSettings) -> dict[str, str]:
    """The labels that tell the pods of a version from the others of the service."""
    return dict(version.labels or {"version": name})


def service_account(key: str, service: ServiceSettings) -> str:
    """The service account of the pods. Not Kubernetes' `default`, which all that have none of their own would share."""
    return service.service_account or service_name(key, service)
