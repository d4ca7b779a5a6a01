"""What the program waits for where Helm does not wait."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.platform.helm import HelmRelease
from components.platform.rollouts import ADDRESSED, ROLLED_OUT, rolled_out, serving
from tests.program.stack_program import deployed
from tests.support.engine import RELEASE, SERVICE, Cluster, Registration, run

DEPLOYMENT = "kubernetes:apps/v1:DeploymentPatch"

Program = Callable[[HelmRelease, pulumi.ResourceOptions], object]


class AtRevision(Cluster):
    """A cluster in which every release has this revision."""

    def __init__(self, revision: int) -> None:
        super().__init__()
        self.revision = revision

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The state of a resource, with the revision where it is a release."""
        identifier, state = super().new_resource(args)
        return identifier, state | {"status": {**state.get("status", {}), "revision": self.revision}}


def registered(program: Program, *, revision: int = 1) -> Registration:
    """What `program` registers beside a release."""

    def beside_a_release() -> None:
        options = pulumi.ResourceOptions()
        program(HelmRelease("release", {"name": "istiod", "namespace": "istio-system"}, options), options)

    engine = run(beside_a_release, cluster=AtRevision(revision))
    (found,) = [one for one in engine.registrations if one.type.endswith("Patch")]
    return found


def conditions(patch: Registration) -> list[str]:
    """What the provider waits for."""
    return json.loads(patch.inputs["metadata"]["annotations"]["pulumi.com/waitFor"])


def of_istiod(release: HelmRelease, options: pulumi.ResourceOptions) -> object:
    """The rollout of istiod."""
    return rolled_out("rollout", release, "istio-system", "istiod", options)


def test_a_deployment_is_awaited_until_its_pods_of_today_are_available() -> None:
    assert conditions(registered(of_istiod)) == [
        ROLLED_OUT,
        "jsonpath={.metadata.annotations['istio-mesh/awaited-revision']}=v1",
    ], "the second one keeps the provider from judging the object as it was before"


def test_each_revision_of_a_release_is_awaited_anew() -> None:
    first, second = (registered(of_istiod, revision=one).inputs for one in (1, 12))
    assert second["metadata"]["annotations"]["istio-mesh/awaited-revision"] == "v12", "as Helm names it"
    assert first != second, "only a patch that changes is awaited again"


def test_what_is_awaited_goes_with_its_release() -> None:
    assert registered(of_istiod).deleted_with.endswith(f"{RELEASE}::release"), (
        "otherwise a destroy would take annotations off objects one by one before the release is uninstalled"
    )


@pytest.mark.parametrize(("addressed", "expected"), [(True, [ADDRESSED]), (False, [])])
def test_a_service_waits_for_an_address_only_where_a_load_balancer_gives_it_one(
    addressed: bool, expected: list[str]
) -> None:
    def of_service(release: HelmRelease, options: pulumi.ResourceOptions) -> object:
        return serving("service", release, "istio-ingress", "ingress", options, addressed=addressed)

    assert conditions(registered(of_service))[:-1] == expected, "a Service of type NodePort never gets one"


def test_the_demo_waits_for_the_pods_of_istiod_and_of_its_gateway_by_itself() -> None:
    engine = deployed("dev")
    assert {one.inputs["metadata"]["name"] for one in engine.of_type(DEPLOYMENT)} == {"istiod", "ingressgateway"}, (
        "nobody else does"
    )
    assert all(one.inputs["skipAwait"] and not one.inputs["atomic"] for one in engine.of_type(RELEASE)), (
        "Helm would wait as well, by looking every two seconds"
    )


def test_production_leaves_it_to_helm_to_wait_and_to_roll_back() -> None:
    engine = deployed("prod")
    assert not engine.of_type(DEPLOYMENT), "Helm has waited when it is done"
    assert all(one.inputs["atomic"] and "skipAwait" not in one.inputs for one in engine.of_type(RELEASE)), (
        "what fails is taken back"
    )
    assert engine.of_type(SERVICE), "the address is an output in any case"
