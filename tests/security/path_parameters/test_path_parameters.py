"""Paths in which a ';' hides a segment: what is one, and the EnvoyFilter by which proxies refuse them."""

from typing import Any

import pytest

from components.security.path_parameters.specs import is_traversal
from components.services.specs import derived
from tests.support.stacks import DEMO, PRODUCTION, changed, settings_of


def filters(stack: dict[str, Any]) -> list[dict[str, Any]]:
    """The EnvoyFilters that a stack makes."""
    return [dict(one.manifest) for one in derived(settings_of(stack)) if one.manifest["kind"] == "EnvoyFilter"]


@pytest.mark.parametrize(
    "path",
    [
        "/files/..;/admin",
        "/files/..;a=b/admin",
        "/files/.;/../admin",
        "/;/admin",
        "/files/..;",
        "/files/%2e%2E;/admin",
        "/files/.%2e;/admin",
        "/files/..%3B/admin",
        "/files%2f..;/admin",
        "/files\\..;/admin",
        "/files%5C..;/admin",
    ],
)
def test_a_segment_of_nothing_or_dots_before_its_parameters_is_traversal(path: str) -> None:
    assert is_traversal(path), f"servers that drop what follows the ';' resolve '{path}'"


@pytest.mark.parametrize(
    "path", ["/", "/cart;jsessionid=1", "/a..;b/c", "/x/...;/y", "/x;a=..;/y", "/x/..", "/x;", "/x/%2e", "/x%3b/../y"]
)
def test_other_parameters_and_dots_are_no_traversal(path: str) -> None:
    assert not is_traversal(path), f"'{path}' is one path to Envoy and to servers"


def test_production_refuses_traversal_at_every_sidecar_and_gateway() -> None:
    (found,) = filters(PRODUCTION)
    assert found["metadata"]["namespace"] == "istio-system", "the root namespace is for the whole mesh"
    assert "workloadSelector" not in found["spec"], "no proxy is left out"
    places = [(one["match"]["context"], one["patch"]["operation"]) for one in found["spec"]["configPatches"]]
    assert places == [("SIDECAR_INBOUND", "INSERT_FIRST"), ("GATEWAY", "INSERT_FIRST")], "before tokens and authorizers"


def test_the_root_namespace_is_that_of_the_control_plane() -> None:
    (found,) = filters(changed(PRODUCTION, "controlPlane.namespace", "mesh-root"))
    assert found["metadata"]["namespace"] == "mesh-root", "istiod takes what is for all from there"


@pytest.mark.parametrize("stack", [DEMO, changed(PRODUCTION, "pathParameters", "KEEP")], ids=["demo", "production"])
def test_paths_are_kept_as_they_are_where_the_stack_says_so(stack: dict[str, Any]) -> None:
    assert filters(stack) == [], "an EnvoyFilter that nobody asked for is a surprise"


def test_the_filter_passes_the_checks_of_filters_that_users_write() -> None:
    (found,) = filters(PRODUCTION)
    settings_of(changed(DEMO, "resources", [found]))
