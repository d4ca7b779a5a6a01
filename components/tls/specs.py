"""Certificate resources of cert-manager."""

from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.tls.references import Placement
from components.tls.settings import CertManagerTls


def certificate_manifest(entry: CertManagerTls, place: Placement) -> Manifest:
    """The Certificate of one entry in one namespace; its Secret has the same name.

    It is not waited for: an issuer may have to reach the gateway first (HTTP-01), which comes after it.
    Source: cert-manager.io/docs/reference/api-docs.
    """
    times = {"duration": entry.duration, "renewBefore": entry.renew_before}
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {
            "name": place.name,
            "namespace": place.namespace,
            "labels": COMMON_LABELS,
            "annotations": {"pulumi.com/skipAwait": "true"},
        },
        "spec": {
            "secretName": place.name,
            "dnsNames": list(entry.dns_names or place.hosts),
            "issuerRef": {"name": entry.issuer.name, "kind": entry.issuer.kind.value, "group": "cert-manager.io"},
            **{key: value for key, value in times.items() if value},
        },
    }
