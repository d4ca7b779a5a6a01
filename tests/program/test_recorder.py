"""The recorder that the tests of resources rely on."""

import pulumi

from components.platform.manifests import kubernetes_object
from tests.support.engine import run


def test_a_secret_is_masked_and_recognised_as_one() -> None:
    secret = pulumi.Output.secret({"password": "hunter2"})
    object_with_it = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "it"}, "data": secret}
    engine = run(lambda: kubernetes_object("it", object_with_it, pulumi.ResourceOptions()))
    assert engine.named("it").inputs["data"] == "[secret]", "a snapshot is committed, and must show what is secret"


def test_exports_of_one_test_do_not_reach_the_next() -> None:
    run(lambda: pulumi.export("first", 1))
    assert run(lambda: pulumi.export("second", 2)).exports == {"second": 2}, "tests must not depend on their order"
