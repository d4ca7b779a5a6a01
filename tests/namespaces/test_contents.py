"""What a destroy leaves to Kubernetes, because its namespace goes as well."""

from tests.program.stack_program import deployed
from tests.support.engine import RELEASE, Recorder, Registration

DEV, PROD = "dev", "production"


def of_namespace(engine: Recorder, namespace: str) -> list[Registration]:
    """What is registered in a namespace, by its manifest."""
    return [one for one in engine.registrations if one.inputs.get("metadata", {}).get("namespace") == namespace]


def test_what_is_in_a_namespace_of_the_stack_goes_with_it() -> None:
    engine = deployed(DEV)
    namespace = engine.named("mesh-namespaces-bookinfo")
    found = [one for one in of_namespace(engine, "bookinfo") if not one.type.endswith(":Deployment")]
    assert found, "the sample is there"
    assert {one.deleted_with for one in found} == {namespace.urn}, "Kubernetes deletes what is in a namespace by itself"


def test_what_runs_pods_is_deleted_before_its_namespace() -> None:
    found = [one for one in of_namespace(deployed(DEV), "bookinfo") if one.type.endswith(":Deployment")]
    assert {one.deleted_with for one in found} == {""}, "Kubernetes looks only now and then for pods that are left"


def test_a_release_is_uninstalled_before_its_namespace_goes() -> None:
    assert {one.deleted_with for one in deployed(DEV).of_type(RELEASE)} == {""}, (
        "it has objects that are in no namespace, and those would stay"
    )


def test_what_is_in_a_namespace_that_stays_is_deleted_one_by_one() -> None:
    engine = deployed(PROD)
    assert engine.named("mesh-namespaces-istio-system").retained, "this is about such a namespace"
    found = [one for one in of_namespace(engine, "istio-system") if not one.type.endswith("Patch")]
    assert found, "there are such objects"
    assert {one.deleted_with for one in found} == {""}, "nobody else would delete them"


def test_what_is_in_a_namespace_of_somebody_else_is_deleted_one_by_one() -> None:
    engine = deployed(DEV)
    assert {one.deleted_with for one in of_namespace(engine, "default")} == {""}, "the stack does not delete it"
