"""Objects of the stack file as they are deployed."""

from typing import Any

import pytest

from components.resources.component import Resources, ResourcesArgs
from components.resources.settings import ResourceSettings
from components.resources.specs import resource_manifest, role_of
from tests.support.engine import run
from tests.support.objects import OBJECTS, object_with
from tests.support.stacks import demo_with


def entry(kind: str, changes: dict[str, Any] | None = None) -> ResourceSettings:
    """The settings of an object of this kind."""
    return demo_with("resources", [object_with(kind, changes or {})]).resources[0]


def test_an_object_in_full() -> None:
    old = {"apiVersion": "networking.istio.io/v1alpha3", "metadata.annotations": {"example.com/owner": "shop"}}
    assert resource_manifest(entry("ServiceEntry", old)) == {
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


def test_a_label_of_the_user_stays() -> None:
    mine = {"app.kubernetes.io/part-of": "shop", "team": "a"}
    labels = resource_manifest(entry("Sidecar", {"metadata.labels": mine}))["metadata"]["labels"]
    assert labels == mine | {"app.kubernetes.io/managed-by": "pulumi"}, "what a user writes is what they get"


def test_an_object_of_the_whole_cluster_has_no_namespace() -> None:
    assert "namespace" not in resource_manifest(entry("GatewayClass"))["metadata"], "the API server would refuse it"


def test_an_unknown_kind_cannot_be_deployed() -> None:
    wrong = entry("Sidecar").model_copy(update={"kind": "Sidecat"})
    with pytest.raises(LookupError, match="Sidecat"):
        resource_manifest(wrong)


def test_no_two_objects_share_a_name_of_a_resource() -> None:
    places = [("a-b", "c"), ("a", "b-c")]
    changed = [
        entry(kind, {"metadata.namespace": namespace, "metadata.name": name})
        for kind in ("Gateway", "KubernetesGateway")
        for namespace, name in places
    ]
    roles = [role_of(resource_manifest(one)) for one in changed]
    assert len(set(roles)) == len(roles), "Pulumi refuses two resources of one name"


def test_every_object_is_deployed_with_its_own_kind() -> None:
    entries = [entry(kind) for kind in OBJECTS]
    engine = run(lambda: Resources("it", ResourcesArgs(manifests=[resource_manifest(one) for one in entries])))
    found = sorted(one.type for one in engine.registrations if one.parent.endswith("::it"))
    expected = sorted(f"kubernetes:{resource_manifest(one)['apiVersion']}:{one.kind}" for one in entries)
    assert found == expected, "the type is how the provider finds the API"
