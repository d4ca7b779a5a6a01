"""The recorder that the tests of resources rely on."""

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap

from tests.support.engine import run


def test_a_secret_is_masked_and_recognised_as_one() -> None:
    engine = run(lambda: ConfigMap("it", data=pulumi.Output.secret({"password": "hunter2"})))
    assert engine.named("it").inputs["data"] == "[secret]", "a snapshot is committed, and must show what is secret"


def test_exports_of_one_test_do_not_reach_the_next() -> None:
    run(lambda: pulumi.export("first", 1))
    assert run(lambda: pulumi.export("second", 2)).exports == {"second": 2}, "tests must not depend on their order"
