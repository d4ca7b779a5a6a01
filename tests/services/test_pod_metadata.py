"""Annotations and labels by which the sidecars of a service differ."""

import pulumi

from components.next_steps import next_steps
from components.service_mesh import ServiceMesh
from components.services.pod_metadata import printed_metadata
from tests.services.shop import shop_with
from tests.support.engine import run
from tests.support.stacks import settings_of

PROXY = {"resources": {"requests": {"cpu": "50m"}}, "concurrency": 2, "inject": True}
WRITTEN = {
    "annotations": {
        "sidecar.istio.io/proxyCPU": "50m",
        "sidecar.istio.io/proxyMemory": "40Mi",
        "sidecar.istio.io/proxyCPULimit": "2",
        "sidecar.istio.io/proxyMemoryLimit": "1Gi",
        "proxy.istio.io/config": "concurrency: 2",
    },
    "labels": {"sidecar.istio.io/inject": "true"},
}


def test_what_a_service_leaves_out_is_that_of_the_mesh() -> None:
    settings = settings_of(shop_with({"services.reviews.proxy": PROXY}))
    assert printed_metadata(settings) == {"reviews": WRITTEN}, "one annotation makes Istio forget the mesh's resources"


def test_a_user_is_told_to_write_it_onto_the_pods() -> None:
    settings = settings_of(shop_with({"services.reviews.proxy": PROXY}))
    assert next_steps(settings, {})[0] == (
        "Write what `pulumi stack output podMetadata` says of reviews into spec.template.metadata of its Deployments, "
        "or name them in services.reviews.proxy.deployments"
    ), "without it nothing changes"


def test_deployments_that_are_named_are_patched() -> None:
    settings = settings_of(shop_with({"services.reviews.proxy": PROXY | {"deployments": ["reviews-v1"]}}))
    engine = run(lambda: ServiceMesh("mesh", settings, {}, pulumi.ResourceOptions()))
    # Those of istiod and the gateways are how the program waits for their rollout.
    patches = engine.of_type("kubernetes:apps/v1:DeploymentPatch")
    (patch,) = [one for one in patches if one.inputs["metadata"]["namespace"] == settings.services["reviews"].namespace]
    assert patch.inputs["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}, "the stack says what it is"
    assert patch.inputs["spec"] == {"template": {"metadata": WRITTEN}}, "the rest stays as it is"
    assert printed_metadata(settings) == {}, "nobody has to do it by hand"
