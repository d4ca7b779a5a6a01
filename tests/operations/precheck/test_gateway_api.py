"""The CRDs of the Gateway API in the cluster beside what a stack writes."""

import copy
from typing import Any

import pytest

from components.kinds.catalog import kinds
from components.kinds.loading import shape_of_kind
from operations.precheck.gateway_api import check_gateway_api
from tests.operations.precheck.conftest import ClusterWith, said
from tests.support.objects import object_with
from tests.support.stacks import DEMO, settings_of

Document = dict[str, Any]
GROUP = "gateway.networking.k8s.io"
SERVICE: Document = {
    "namespace": "bookinfo",
    "port": 8080,
    "api": "gateway",
    "retries": {"attempts": 2, "retryOn": ["503", "connect-failure", "refused-stream", "unavailable", "cancelled"]},
    "corsPolicy": {"allowOrigins": [{"exact": "https://shop.example.com"}]},
}
STACK: Document = {**DEMO, "services": {"cart": SERVICE}}
RULES = ("spec", "properties", "rules", "items", "properties")


def crd(kind: str, *served: str, channel: str = "experimental", bundle: str = "v1.4.0") -> Document:
    """The CRD of a kind with all its fields, as a cluster has it."""
    found = kinds()[GROUP, kind]
    schema = {"openAPIV3Schema": {"properties": {"spec": copy.deepcopy(dict(shape_of_kind(found)))}}}
    versions: list[Document] = [{"name": one, "served": True, "schema": schema} for one in served]
    about = {f"{GROUP}/bundle-version": bundle, f"{GROUP}/channel": channel}
    return {
        "metadata": {"name": f"{found.plural}.{GROUP}", "annotations": about},
        "spec": {"versions": [*versions, {"name": "v0", "served": False, "schema": {}}]},
    }


def standard_http_route() -> Document:
    """The CRD of HTTPRoute as the standard channel of 1.4 has it: without retries, and without the CORS filter."""
    found = crd("HTTPRoute", "v1beta1", "v1", channel="standard")
    spec = found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    rule = spec["properties"]["rules"]["items"]["properties"]
    del rule["retry"]
    filters = rule["filters"]["items"]["properties"]
    del filters["cors"]
    filters["type"]["enum"] = [one for one in filters["type"]["enum"] if one != "CORS"]
    return found


def tls_route_with(istio: str) -> Document:
    """A stack with a TLSRoute."""
    return {**DEMO, "istio": {"version": istio}, "resources": [object_with("TLSRoute", {})]}


def test_a_stack_without_the_gateway_api_is_asked_nothing(cluster_with: ClusterWith) -> None:
    assert check_gateway_api(settings_of(DEMO), cluster_with()) == [], "most stacks need none of its CRDs"


def test_crds_with_all_that_is_written_are_fine(cluster_with: ClusterWith) -> None:
    cluster = cluster_with(crds=[crd("HTTPRoute", "v1")])
    assert said(*check_gateway_api(settings_of(STACK), cluster)) == [
        ("ok", "the CRDs of HTTPRoute have all that the stack writes", "")
    ], "a false alarm stops a deployment for nothing"


def test_what_the_standard_channel_lacks_is_named(cluster_with: ClusterWith) -> None:
    cluster = cluster_with(crds=[standard_http_route()])
    fix = "Install the CRDs of Gateway API 1.5, experimental channel, or do without it"
    crd_of = "the CRD of HTTPRoute (v1.4.0, standard)"
    assert said(*check_gateway_api(settings_of(STACK), cluster)) == [
        ("refused", f"{crd_of} lacks {field}, which HTTPRoute bookinfo/cart says", fix)
        for field in ("CORS of spec.rules[].filters[].type", "spec.rules[].filters[].cors", "spec.rules[].retry")
    ], "the API server would refuse the route, or drop its retries in silence"


def test_crds_that_are_not_there_are_told(cluster_with: ClusterWith) -> None:
    assert said(*check_gateway_api(settings_of(STACK), cluster_with())) == [
        (
            "refused",
            "there is no CRD of HTTPRoute, which HTTPRoute bookinfo/cart needs",
            "Install the CRDs of Gateway API 1.5, standard channel (gateway-api.sigs.k8s.io/guides)",
        )
    ], "a mesh does not bring them"


@pytest.mark.parametrize(
    ("istio", "served", "what", "channel"),
    [
        ("1.30.3", ("v1alpha2", "v1alpha3"), "serves v1alpha2, v1alpha3, and not v1", "1.5, standard"),
        ("1.29.1", ("v1",), "serves v1, and not v1alpha3", "1.4, experimental"),
    ],
)
def test_a_version_that_is_not_served_is_told(
    cluster_with: ClusterWith, istio: str, served: tuple[str, ...], what: str, channel: str
) -> None:
    cluster = cluster_with(crds=[crd("TLSRoute", *served)])
    assert said(*check_gateway_api(settings_of(tls_route_with(istio)), cluster)) == [
        (
            "refused",
            f"the CRD of TLSRoute (v1.4.0, experimental) {what}, which TLSRoute bookinfo/shop needs",
            f"Install the CRDs of Gateway API {channel} channel (gateway-api.sigs.k8s.io/guides)",
        )
    ], "istiod of this version reads no other one"


def test_each_istio_finds_the_version_that_it_reads(cluster_with: ClusterWith) -> None:
    cluster = cluster_with(crds=[crd("TLSRoute", "v1alpha3", "v1", bundle="v1.5.1")])
    for istio in ("1.29.1", "1.30.3"):
        levels = {one.level for one in check_gateway_api(settings_of(tls_route_with(istio)), cluster)}
        assert levels == {"ok"}, "the experimental channel of 1.5 serves both"


def test_crds_that_may_not_be_read_are_not_known(cluster_with: ClusterWith) -> None:
    (found,) = check_gateway_api(settings_of(STACK), cluster_with(crds=None))
    assert (found.level.value, found.what) == ("warning", "CRDs may not be read, so that this is not known")
