"""When objects of the stack file are deployed."""

from typing import Any

import pulumi

from components.resources.specs import resource_manifest, role_of
from components.service_mesh import ServiceMesh
from tests.program.test_order import WEBHOOKS, before
from tests.support.engine import run
from tests.support.objects import OBJECTS, object_with
from tests.support.stacks import demo_with


def test_an_object_comes_after_webhooks_and_its_namespace() -> None:
    settings = demo_with("resources", [OBJECTS["VirtualService"]])
    engine = run(lambda: ServiceMesh("mesh", settings, {}, pulumi.ResourceOptions()))
    one = engine.named("mesh-resources-virtualservice-bookinfo/reviews")
    earlier = WEBHOOKS | {"mesh-namespaces-bookinfo"}
    assert before(engine, one) >= earlier, "it would be refused, or pass unchecked"


def test_a_stack_without_objects_has_nothing_of_them() -> None:
    settings = demo_with("resources", [])
    engine = run(lambda: ServiceMesh("mesh", settings, {}, pulumi.ResourceOptions()))
    found = [one.name for one in engine.registrations if one.name.startswith("mesh-resources")]
    assert not found, "a component without children is skipped by depends_on (pulumi#8721)"


def test_default_deny_comes_after_what_allows_and_that_after_what_checks_tokens() -> None:
    nothing: dict[str, Any] = {"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "spec": {}}
    given = [
        {**nothing, "metadata": {"name": "allow-nothing", "namespace": "bookinfo"}},
        object_with("AuthorizationPolicy", {}),
        object_with("RequestAuthentication", {}),
    ]
    settings = demo_with("resources", given)
    engine = run(lambda: ServiceMesh("mesh", settings, {}, pulumi.ResourceOptions()))
    names = [role_of(resource_manifest(one, settings.istio.version)) for one in settings.resources]
    denies, allows, checks = (engine.named(f"mesh-resources-{name}") for name in names)
    assert allows.urn in denies.dependencies, "between the two nobody would get through"
    assert checks.urn in allows.dependencies, "a rule about tokens takes nobody before they are checked"
    assert denies.urn not in allows.dependencies, "the order has to have an end"
