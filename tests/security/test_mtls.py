"""PeerAuthentication resources."""

import pytest

from components.security.mtls.settings import MtlsMode, MtlsSettings
from components.security.mtls.specs import mesh_wide_mtls


@pytest.mark.parametrize("mode", MtlsMode)
def test_the_policy_of_the_whole_mesh_is_the_default_one_of_the_root_namespace(mode: MtlsMode) -> None:
    assert mesh_wide_mtls(MtlsSettings(mode=mode), "istio-system") == {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {
            "name": "default",
            "namespace": "istio-system",
            "labels": {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"},
        },
        "spec": {"mtls": {"mode": mode.value}},
    }, "under another name or elsewhere it would hold for one namespace only"
