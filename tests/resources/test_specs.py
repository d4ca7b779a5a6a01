"""Objects of the stack file as they are deployed."""

from typing import Any

import pytest

from components.resources.component import Resources, ResourcesArgs
from components.resources.settings import ResourceSettings
from components.resources.specs import resource_manifest, role_of
from tests.support.engine import run
from tests.support.objects import OBJECTS, object_with
from tests.support.stacks import demo_with

NEWEST = "1.30.3"


def entry(kind: str, changes: dict[str, Any] | None = None) -> ResourceSettings:
    """The settings of an object of this kind."""
    return demo_with("resources", [object_with(kind, changes or {})]).resources[0]


def test_an_object_in_full() -> None:
    old = {"apiVersion": "networking.istio.io/v1alpha3", "metadata.annotations": {"example.com/owner": "shop"}}
    assert resource_manifest(entry("ServiceEntry", old), NEWEST) == {
        "apiVersion": "networking.istio.io/v1",
        "kind": "ServiceEntry",
        "metadata": {
            "name": "payments",
            "namespace": "bookinfo",
            "labels": {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"},
            "annotations": {"example.com/owner": "shop"},
        },
        "spec": OBJECTS["ServiceEntry"]["spec"],
    }, "the newest version, the program's labels, and the user's own fields as they are"


@pytest.mark.parametrize(("istio", "version"), [("1.28.3", "v1alpha3"), ("1.29.1", "v1alpha3"), ("1.30.0", "v1")])
@pytest.mark.parametrize("given", ["v1alpha2", "v1alpha3", "v1"])
def test_a_tls_route_is_deployed_at_the_version_that_istiod_reads(given: str, istio: str, version: str) -> None:
    one = entry("TLSRoute", {"apiVersion": f"gateway.networking.k8s.io/{given}"})
    assert resource_manifest(one, istio)["apiVersion"] == f"gateway.networking.k8s.io/{version}", (
        "at another one istiod 1.30 does not see it, and CRDs before Gateway API 1.5 do not know v1"
    )


@pytest.mark.parametrize("istio", ["1.28.3", "1.30.3"])
def test_a_reference_grant_of_v1_is_deployed_as_every_crd_has_it(istio: str) -> None:
    one = entry("ReferenceGrant", {"apiVersion": "gateway.networking.k8s.io/v1"})
    assert resource_manifest(one, istio)["apiVersion"] == "gateway.networking.k8s.io/v1beta1", (
        "istiod reads v1beta1, and CRDs before Gateway API 1.5 have nothing newer"
    )


def test_an_object_whose_version_changes_with_istio_stays_the_same_resource() -> None:
    before, after = (resource_manifest(entry("TLSRoute"), istio) for istio in ("1.29.1", "1.30.3"))
    engine = run(lambda: Resources("it", ResourcesArgs(manifests=[after])))
    route = next(one for one in engine.registrations if one.type.endswith(":TLSRoute"))
    assert route.type == f"kubernetes:{after['apiVersion']}:TLSRoute"
    assert route.alias_types == {f"kubernetes:{before['apiVersion']}:TLSRoute"}, (
        "as another resource, the end of the old one would delete the object that the new one has just changed"
    )


def test_a_label_of_the_user_stays() -> None:
    mine = {"app.kubernetes.io/part-of": "shop", "team": "a"}
    labels = resource_manifest(entry("Sidecar", {"metadata.labels": mine}), NEWEST)["metadata"]["labels"]
    assert labels == mine | {"app.kubernetes.io/managed-by": "pulumi"}, "what a user writes is what they get"


def test_an_object_of_the_whole_cluster_has_no_namespace() -> None:
    made = resource_manifest(entry("GatewayClass"), NEWEST)
    assert "namespace" not in made["metadata"], "the API server would refuse it"


def test_an_unknown_kind_cannot_be_deployed() -> None:
    wrong = entry("Sidecar").model_copy(update={"kind": "Sidecat"})
    with pytest.raises(LookupError, match="Sidecat"):
        resource_manifest(wrong, NEWEST)


def test_no_two_objects_share_a_name_of_a_resource() -> None:
    places = [("a-b", "c"), ("a", "b-c")]
    changed = [
        entry(kind, {"metadata.namespace": namespace, "metadata.name": name})
        for kind in ("Gateway", "KubernetesGateway")
        for namespace, name in places
    ]
    roles = [role_of(resource_manifest(one, NEWEST)) for one in changed]
    assert len(set(roles)) == len(roles), "Pulumi refuses two resources of one name"


def test_every_object_is_deployed_with_its_own_kind() -> None:
    entries = [entry(kind) for kind in OBJECTS]
    engine = run(lambda: Resources("it", ResourcesArgs(manifests=[resource_manifest(one, NEWEST) for one in entries])))
    found = sorted(one.type for one in engine.registrations if one.parent.endswith("::it"))
    expected = sorted(f"kubernetes:{resource_manifest(one, NEWEST)['apiVersion']}:{one.kind}" for one in entries)
    assert found == expected, "the type is how the provider finds the API"
