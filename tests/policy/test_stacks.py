"""The committed stacks by the policies, and policies over whole stacks."""

from collections.abc import Mapping

import pytest

from components.gateways.reasons import ANY_HOST, PUBLIC
from components.kinds.reasons import REASON
from mesh_policies.configuration import Configuration
from mesh_policies.judge import judge_resource, judge_stack, violations
from mesh_policies.policy import Level, catalog
from mesh_policies.resources import Resource
from tests.policy.stacks import resource, resources_of

MESH_WIDE = catalog()["mtls-mesh-wide"]
ISTIOD = resource("helm.sh/v3:Release", {"chart": "istiod", "namespace": "istio-system", "values": {}})


def policy_in(namespace: str, spec: Mapping[str, object]) -> Resource:
    """A PeerAuthentication."""
    return resource("security.istio.io/v1:PeerAuthentication", {"metadata": {"namespace": namespace}, "spec": spec})


STRICT = {"mtls": {"mode": "STRICT"}}


@pytest.mark.parametrize("stack", ["prod", "dev", "production"])
def test_a_committed_stack_violates_no_policy(stack: str) -> None:
    found = [f"{one.policy.name} {one.resource.name}: {one.message}" for one in violations(resources_of(stack), NONE)]
    assert not found, (
        "the profile for production keeps to them by itself, also in the example of this name; dev is excepted by name"
    )


NONE = Configuration()


def test_the_dev_stack_under_another_name_violates_what_production_asks_for() -> None:
    renamed = [
        Resource(urn=one.urn.replace(":dev::", ":live::"), type=one.type, name=one.name, properties=one.properties)
        for one in resources_of("dev")
    ]
    found = {one.policy.name for one in violations(renamed, NONE)}
    assert found == {
        "mtls-strict",
        "replicas",
        "disruption-budget",
        "any-host",
        "public-load-balancer",
        "protected-namespaces",
        "timeouts",
        "atomic-releases",
    }, "what a demo may do is refused by default in a stack whose name says nothing"


@pytest.mark.parametrize(
    "policies",
    [
        [],
        [policy_in("bookinfo", STRICT)],
        [policy_in("istio-system", STRICT | {"selector": {"matchLabels": {"app": "db"}}})],
        [policy_in("istio-system", {"mtls": {"mode": "UNSET"}})],
    ],
    ids=["none", "of another namespace", "of one workload", "that says nothing"],
)
def test_a_stack_with_istiod_and_no_policy_for_the_whole_mesh_is_told(policies: list[Resource]) -> None:
    assert list(judge_stack(MESH_WIDE, [ISTIOD, *policies], {})) == [
        (
            ISTIOD,
            "namespace: no PeerAuthentication of istio-system says what the whole mesh accepts, so it accepts plain "
            "text. Add one without a selector and with mode STRICT.",
        )
    ], "Istio's default is PERMISSIVE"


@pytest.mark.parametrize(
    ("stack", "why"),
    [
        ([ISTIOD, policy_in("istio-system", STRICT)], "it is what is asked for"),
        ([policy_in("bookinfo", STRICT)], "who installs no istiod does not decide for the mesh"),
    ],
)
def test_a_stack_that_says_so_or_has_no_istiod_passes(stack: list[Resource], why: str) -> None:
    assert not list(judge_stack(MESH_WIDE, stack, {})), why


def test_the_root_namespace_is_that_of_the_mesh_config() -> None:
    values = {"meshConfig": {"rootNamespace": "mesh-root"}, "global": {"istioNamespace": "istio-system"}}
    istiod = resource("helm.sh/v3:Release", {"chart": "istiod", "namespace": "istio-system", "values": values})
    assert not list(judge_stack(MESH_WIDE, [istiod, policy_in("mesh-root", STRICT)], {})), "Istio looks there"
    assert list(judge_stack(MESH_WIDE, [istiod, policy_in("istio-system", STRICT)], {})), "and nowhere else"


def test_a_namespace_has_to_be_protected() -> None:
    policy = catalog()["protected-namespaces"]
    inputs = {"metadata": {"name": "istio-system"}}
    assert list(judge_resource(policy, resource("core/v1:Namespace", inputs), {})) == [
        "options.protect: not true, so that Pulumi deletes the namespace. Set it to true."
    ], "everything in it goes with it"
    assert not list(judge_resource(policy, resource("core/v1:Namespace", inputs, protected=True), {})), "it is"
    assert not list(judge_resource(policy, resource("core/v1:NamespacePatch", inputs), {})), "it is somebody else's"


def test_the_namespaces_to_protect_can_be_chosen() -> None:
    policy = catalog()["protected-namespaces"]
    chosen = {"namespaces": ["istio-*"]}
    shop = resource("core/v1:Namespace", {"metadata": {"name": "shop"}})
    assert not list(judge_resource(policy, shop, chosen)), "a team may want its own to go with the stack"


def test_a_stack_is_excepted_by_its_name_only_where_the_policy_says_so() -> None:
    gateway = {"spec": {"servers": [{"hosts": ["*"], "tls": {"mode": "SIMPLE", "minProtocolVersion": "TLSV1_0"}}]}}
    given = resource("networking.istio.io/v1:Gateway", gateway, stack="dev")
    found = {one.policy.name for one in violations([given], NONE)}
    assert found == {"tls-version"}, "broken TLS is for no stack"


def test_a_level_of_the_configuration_is_that_of_the_violation() -> None:
    given = [resource("networking.istio.io/v1alpha3:EnvoyFilter", {"spec": {}})]
    (found,) = violations(given, Configuration(levels={"all": Level.ADVISORY}))
    assert found.level is Level.ADVISORY, "a team takes the policies over one by one"
    disabled = Configuration(levels={"all": Level.MANDATORY, "envoy-filter": Level.DISABLED})
    assert violations(given, disabled) == [], "the policy's own level comes first"


def test_the_annotations_that_the_program_writes_are_those_that_the_policies_look_for() -> None:
    asked = {name: catalog()[name].acknowledgement for name in ("any-host", "public-load-balancer", "mtls-strict")}
    assert asked == {"any-host": ANY_HOST, "public-load-balancer": PUBLIC, "mtls-strict": REASON}, (
        "the pack and the program share no code, so that the pack works on other programs too"
    )
