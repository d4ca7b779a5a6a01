"""Roles as rules of RBAC, held against the matrix by a reading of RBAC that is the tests' own.

The lab asks a real API server the same (tests/lab/test_least_privilege.py); this one needs none.
"""

from typing import Any

import pytest

from components.kinds.catalog import kinds
from components.platform.manifest import Manifest
from components.security.roles.specs import role_manifests, role_rules
from operations.reference.roles import Row, matrix
from tests.support.stacks import DEMO, changed, demo_with, settings_of

GROUPS = {"meshAdmin": "platform", "gatewayOwner": "edge", "applicationTeam": "shop", "viewer": "auditors"}
ROLES: dict[str, Any] = {
    "meshAdmin": ["platform"],
    "gatewayOwner": {"ingressgateway": ["edge"]},
    "applicationTeam": {"bookinfo": ["shop"]},
    "viewer": {"everywhere": ["auditors"]},
}
PLACES = {
    "application": "bookinfo",
    "gateway": "istio-ingress",
    "istiod": "istio-system",
    "other": "elsewhere",
    "cluster": "",
}
MANIFESTS = role_manifests(demo_with("roles", ROLES))


def may(manifests: dict[str, Manifest], group: str, verb: str, resource: str, namespace: str) -> bool:
    """Whether RBAC lets a group do something to a resource, written `PLURAL[/SUBRESOURCE]` or `PLURAL.GROUP`."""
    rules = {one["metadata"]["name"]: one["rules"] for one in manifests.values() if one["kind"] == "ClusterRole"}
    name, _, api_group = resource.partition(".")
    return any(
        verb in rule["verbs"]
        and api_group in rule["apiGroups"]
        and (name in rule["resources"] or (rule["resources"] == ["*"] and "/" not in name))
        for one in manifests.values()
        if "roleRef" in one
        and one["metadata"].get("namespace", namespace) == namespace
        and group in [subject["name"] for subject in one["subjects"]]
        for rule in rules[one["roleRef"]["name"]]
    )


@pytest.mark.parametrize("row", matrix().rows, ids=lambda row: row.title)
def test_the_rules_give_what_the_matrix_says_and_no_more(row: Row) -> None:
    found = {
        (place, role, verb, resource): may(MANIFESTS, GROUPS[role], verb, resource, PLACES[place])
        for place in row.allowed
        for role in GROUPS
        for verb in row.verbs
        for resource in row.resources
    }
    wanted = {key: key[1] in row.allowed[key[0]] for key in found}
    assert found == wanted, "docs/roles.md is what people rely on"


def test_the_matrix_knows_every_place_and_role() -> None:
    assert set(matrix().places) == set(PLACES), "a place that nobody asks about proves nothing"
    assert set(matrix().roles) == set(GROUPS), "nor does a role"


def test_every_row_knows_where_it_holds() -> None:
    wanted = [{"cluster"}, set(PLACES) - {"cluster"}]
    odd = [row.title for row in matrix().rows if set(row.allowed) not in wanted]
    assert odd == [], "a cell that is left out says neither yes nor no"


def plurals(group: str, resource: str) -> list[str]:
    """The resources of a rule as the matrix writes them; for all of a group, the kinds of it that the program knows."""
    names = [one.plural for one in kinds().values() if one.group == group] if resource == "*" else [resource]
    return [f"{name}.{group}" if group else name for name in names]


@pytest.mark.parametrize("role", role_rules()["roles"])
def test_everything_that_a_role_allows_is_in_the_matrix(role: str) -> None:
    known = {(verb, resource) for row in matrix().rows for verb in row.verbs for resource in row.resources}
    allowed = {
        (verb, name)
        for rule in role_rules()["roles"][role]
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in plurals(group, resource)
    }
    assert allowed - known == set(), "docs/roles.md says that this is all"


def test_no_role_names_secrets() -> None:
    rules = [rule for one in MANIFESTS.values() for rule in one.get("rules", [])]
    named = [rule for rule in rules if "" in rule["apiGroups"] and {"*", "secrets"} & set(rule["resources"])]
    assert named == [], "certificates are for the gateway that shows them, and for nobody else"


def test_without_roles_nothing_is_made() -> None:
    assert role_manifests(demo_with("roles", {"groups": ["platform"]})) == {}, "a list of groups gives nobody a right"


def test_a_viewer_of_one_namespace_sees_no_other() -> None:
    manifests = role_manifests(demo_with("roles", {"viewer": {"namespaces": {"bookinfo": ["guests"]}}}))
    seen = [place for place in PLACES.values() if may(manifests, "guests", "list", "pods", place)]
    assert seen == ["bookinfo"], "what a namespace holds is its team's"


def test_owners_of_two_gateways_in_one_namespace_are_bound_together() -> None:
    second = {"namespace": "istio-ingress", "servers": [{"port": 8080, "protocol": "HTTP", "hosts": ["a.example.com"]}]}
    roles = {"gatewayOwner": {"ingressgateway": ["edge"], "second": ["edge"]}}
    both = settings_of(changed(changed(DEMO, "gateways.second", second), "roles", roles))
    bindings = [one for one in role_manifests(both).values() if one["kind"] == "RoleBinding"]
    assert [one["subjects"] for one in bindings] == [
        [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "edge"}]
    ], "two bindings of one name would be one object twice"


def test_kubernetes_own_roles_take_up_those_of_viewer_and_team_on_demand() -> None:
    manifests = role_manifests(demo_with("roles.aggregate", value=True))
    labels = {
        one["metadata"]["name"]: [key for key in one["metadata"]["labels"] if "aggregate" in key]
        for one in manifests.values()
    }
    assert labels == {
        "istio-mesh-application-team": ["rbac.authorization.k8s.io/aggregate-to-edit"],
        "istio-mesh-viewer": ["rbac.authorization.k8s.io/aggregate-to-view"],
    }, "admin takes up edit, and edit takes up view"
