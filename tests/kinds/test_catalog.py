"""The kinds that a stack file may hold."""

import pytest

from components.kinds.catalog import kind_of, kinds


@pytest.mark.parametrize(
    ("api_version", "kind", "emitted"),
    [
        ("networking.istio.io/v1alpha3", "VirtualService", "networking.istio.io/v1"),
        ("networking.istio.io/v1beta1", "Gateway", "networking.istio.io/v1"),
        ("gateway.networking.k8s.io/v1beta1", "Gateway", "gateway.networking.k8s.io/v1"),
        ("telemetry.istio.io/v1alpha1", "Telemetry", "telemetry.istio.io/v1"),
        ("networking.istio.io/v1alpha3", "EnvoyFilter", "networking.istio.io/v1alpha3"),
        ("networking.istio.io/v1beta1", "ProxyConfig", "networking.istio.io/v1beta1"),
        ("gateway.networking.k8s.io/v1", "TLSRoute", "gateway.networking.k8s.io/v1"),
        ("gateway.networking.k8s.io/v1", "ReferenceGrant", "gateway.networking.k8s.io/v1beta1"),
    ],
)
def test_an_older_version_is_taken_and_the_newest_one_is_meant(api_version: str, kind: str, emitted: str) -> None:
    found = kind_of(api_version, kind)
    assert found is not None, "documentation is full of older versions"
    assert found.api_version_for("1.30.3") == emitted, "the cluster stores the newest one anyway"


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("networking.istio.io/v2", "VirtualService"), ("security.istio.io/v1", "Gateway"), ("v1", "Service"), ("", "")],
)
def test_what_was_never_served_is_no_kind(api_version: str, kind: str) -> None:
    assert kind_of(api_version, kind) is None, "the API server would not know it"


def test_only_a_gateway_class_is_for_the_whole_cluster() -> None:
    assert [one.kind for one in kinds().values() if not one.namespaced] == ["GatewayClass"], "all others need a place"
