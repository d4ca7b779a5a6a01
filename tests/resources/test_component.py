"""When objects of the stack file are deployed."""

import pulumi

from components.service_mesh import ServiceMesh
from tests.program.test_order import WEBHOOKS, before
from tests.support.engine import run
from tests.support.objects import OBJECTS
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
