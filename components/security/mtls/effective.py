"""Which mode of mutual TLS holds at a port of a service."""

from components.security.mtls.settings import MtlsMode
from components.services.names import pod_labels
from components.settings.mesh import MeshSettings


def effective_mode(settings: MeshSettings, key: str, port: int) -> MtlsMode:
    """The mode at a port of the pods of an entry of `services`, as far as `mtls` says: the narrower setting wins.

    Source: istio.io/latest/docs/reference/config/security/peer_authentication.
    """
    service = settings.services[key]
    namespace = settings.mtls.namespaces.get(service.namespace)
    mode = settings.mtls.mode
    if namespace is None:
        return mode
    mode = namespace.mode or mode
    labels = pod_labels(key, service).items()
    for workload in namespace.workloads.values():
        if workload.selector.match_labels.items() <= labels:
            return workload.ports.get(port) or workload.mode or mode
    return mode
