"""What Pulumi refuses to delete, and what it must be able to."""

import pulumi
import pytest

from components.service_mesh import ServiceMesh
from tests.support.engine import Recorder, run
from tests.support.stacks import DEMO, PRODUCTION, changed, settings_of

AUTHORITY = {"kind": "provided", "certKey": "ca", "keyKey": "key", "rootKey": "root", "chainKey": "chain"}


def deployed(profile: str, *, protection: bool | None = None) -> Recorder:
    """The small stack of a profile, with an authority of its own."""
    document = changed(PRODUCTION if profile == "production" else DEMO, "certificateAuthority", AUTHORITY)
    if protection is not None:
        document = changed(document, "deletionProtection", protection)
    secrets = {key: pulumi.Output.secret(key) for key in ("ca", "key", "root", "chain")}
    return run(lambda: ServiceMesh("mesh", settings_of(document), secrets))


def protected(engine: Recorder) -> set[str]:
    """The names of the protected resources, components left out."""
    return {one.name for one in engine.registrations if one.custom and one.protected}


def test_production_protects_what_cannot_be_had_back() -> None:
    assert protected(deployed("production")) == {
        "mesh-namespaces-bookinfo",
        "mesh-namespaces-istio-ingress",
        "mesh-namespaces-istio-system",
        "mesh-base-release",
        "mesh-ca-cacerts",
    }, "with a namespace goes all that others put there; on the CA and the CRDs hang all certificates and objects"


def test_a_namespace_that_the_program_only_labels_is_not_protected() -> None:
    document = changed(PRODUCTION, "namespaces.bookinfo.create", False)
    engine = run(lambda: ServiceMesh("mesh", settings_of(document), {}))
    assert "mesh-namespaces-bookinfo" not in protected(engine), "it is not deleted with the stack anyway"


@pytest.mark.parametrize(("profile", "protection"), [("demo", None), ("production", False)])
def test_a_demo_and_a_stack_that_says_so_can_be_destroyed(profile: str, *, protection: bool | None) -> None:
    engine = deployed(profile, protection=protection)
    assert protected(engine) == set(), "a destroy that is meant must work"
    assert not engine.named("mesh-namespaces-istio-system").retained, "and leave nothing behind"


def test_the_protected_namespace_stays_even_when_its_protection_is_taken_away_by_hand() -> None:
    assert deployed("production").named("mesh-namespaces-istio-system").retained, "it holds the mesh's only CA"
