"""Helm values of the chart base."""

from components.base.values import base_values


def test_base_names_the_namespace_of_istiod() -> None:
    assert base_values("mesh-system") == {
        "defaultRevision": "default",
        "global": {"istioNamespace": "mesh-system"},
    }, "its validation calls istiod there"
