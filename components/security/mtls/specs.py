"""PeerAuthentication resources."""

from components.platform.labels import COMMON_LABELS
from components.platform.manifests import Manifest
from components.security.mtls.settings import MtlsSettings


def mesh_wide_mtls(mtls: MtlsSettings, root_namespace: str) -> Manifest:
    """The PeerAuthentication of the whole mesh, which is the one named 'default' in the root namespace.

    Source: istio.io/latest/docs/reference/config/security/peer_authentication.
    """
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {"name": "default", "namespace": root_namespace, "labels": COMMON_LABELS},
        "spec": {"mtls": {"mode": mtls.mode.value}},
    }
