"""What istiod writes into namespaces of others goes with it."""

from functools import cache

from components.control_plane.trust_bundles import CONFIG_MAPS, TrustBundles, TrustBundlesArgs
from tests.support.engine import Recorder, Registration, run

PATCH = "kubernetes:core/v1:ConfigMapPatch"


@cache
def engine() -> Recorder:
    """Trust bundles in two namespaces; tests only read the result."""
    args = TrustBundlesArgs(root_namespace="istio-system", root_uid="a-uid", namespaces=["default", "kube-system"])
    return run(lambda: TrustBundles("it", args))


def patches() -> list[Registration]:
    """What the component registered."""
    return engine().of_type(PATCH)


def test_every_trust_bundle_in_every_named_namespace_is_seen_to() -> None:
    found = {(one.inputs["metadata"]["namespace"], one.inputs["metadata"]["name"]) for one in patches()}
    wanted = {(namespace, name) for namespace in ("default", "kube-system") for name in CONFIG_MAPS}
    assert found == wanted, "istiod writes both into each namespace"


def test_a_trust_bundle_is_owned_by_the_namespace_of_istiod() -> None:
    owners = [one.inputs["metadata"]["ownerReferences"] for one in patches()]
    wanted = [{"apiVersion": "v1", "kind": "Namespace", "name": "istio-system", "uid": "a-uid"}]
    assert owners == [wanted] * 4, "the garbage collector removes what has lost its owner"


def test_destroying_the_stack_leaves_the_owner_in_place() -> None:
    assert all(one.retained for one in patches()), "a removed patch would take the owner with it, and leave the rest"
