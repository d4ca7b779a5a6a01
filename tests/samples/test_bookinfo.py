"""Istio's Bookinfo sample."""

from typing import Any

import pytest

from components.samples.bookinfo.catalog import bookinfo_catalog, bookinfo_routes
from components.samples.bookinfo.checks import hosts_match
from components.samples.bookinfo.routes import bookinfo_traffic
from components.samples.bookinfo.settings import BookinfoSettings
from components.samples.bookinfo.specs import bookinfo_workloads
from components.services.settings import ServiceSettings

SAMPLE = BookinfoSettings(namespace="shop", gateway="ingressgateway", hosts=("shop.example.com",))
OBJECTS = bookinfo_workloads(bookinfo_catalog(), "shop")
DEPLOYMENTS: dict[str, Any] = {name: one for name, one in OBJECTS.items() if one["kind"] == "Deployment"}

every_deployment = pytest.mark.parametrize("deployment", DEPLOYMENTS.values(), ids=DEPLOYMENTS)


def test_bookinfo_has_the_workloads_that_istio_publishes() -> None:
    images = {name: one["spec"]["template"]["spec"]["containers"][0]["image"] for name, one in DEPLOYMENTS.items()}
    assert images == {
        name: f"docker.io/istio/examples-bookinfo-{name}:1.20.3"
        for name in ("details-v1", "ratings-v1", "reviews-v1", "reviews-v2", "reviews-v3", "productpage-v1")
    }, "Istio's tasks are written for these"


@every_deployment
def test_a_deployment_selects_its_own_pods(deployment: Any) -> None:
    spec = deployment["spec"]
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"], "Kubernetes refuses it otherwise"


@every_deployment
def test_a_pod_runs_with_as_few_rights_as_its_image_allows(deployment: Any) -> None:
    pod = deployment["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False, "no application of the sample talks to Kubernetes"
    assert pod["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}, "the restricted level asks for it"
    assert pod["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
    }, "Istio's own variant for Pod Security has the same"


@every_deployment
def test_a_pod_runs_under_the_identity_of_its_application(deployment: Any) -> None:
    account = deployment["spec"]["template"]["spec"]["serviceAccountName"]
    accounts = {one["metadata"]["name"] for one in OBJECTS.values() if one["kind"] == "ServiceAccount"}
    assert account == f"bookinfo-{deployment['metadata']['labels']['app']}", "authorization rules name identities"
    assert account in accounts, "a pod of an unknown account is never created"


@every_deployment
def test_what_the_api_server_would_drop_is_left_out(deployment: Any) -> None:
    pod = deployment["spec"]["template"]["spec"]
    empty = [key for part in (pod, pod["containers"][0]) for key, value in part.items() if value in ([], {})]
    assert not empty, "an empty list that comes back as none looks like a change for ever"


def test_the_services_lead_to_every_version() -> None:
    selectors = {name: one["spec"]["selector"] for name, one in OBJECTS.items() if one["kind"] == "Service"}
    assert selectors == {name: {"app": name} for name in ("details", "ratings", "reviews", "productpage")}, (
        "which version answers is for the routes to say"
    )


def test_the_services_are_not_waited_for() -> None:
    services = [one for one in OBJECTS.values() if one["kind"] == "Service"]
    waits = [one for one in services if one["metadata"]["annotations"].get("pulumi.com/skipAwait") != "true"]
    assert not waits, "the provider watches each one settle for ten seconds, while the Deployments are awaited anyway"


def test_the_gateway_leads_to_the_pages_of_the_product_page_only() -> None:
    spec = bookinfo_traffic(SAMPLE, "istio-ingress")["ingress"]["spec"]
    assert spec["gateways"] == ["istio-ingress/ingressgateway"], "the gateway is in another namespace"
    assert spec["hosts"] == ["shop.example.com"], "the stack says under which hosts"
    (route,) = spec["http"]
    assert [one["uri"] for one in route["match"]] == [
        {"exact": "/productpage"},
        {"prefix": "/static"},
        {"exact": "/login"},
        {"exact": "/logout"},
        {"prefix": "/api/v1/products"},
    ], "everything else is a 404, as in Istio's own sample"
    assert route["route"] == [{"destination": {"host": "productpage", "port": {"number": 9080}}}], "the front end"


def test_each_version_of_the_reviews_is_a_subset() -> None:
    spec = bookinfo_traffic(SAMPLE, "istio-ingress")["reviews-subsets"]["spec"]
    versions = bookinfo_catalog().applications["reviews"].versions
    assert spec["subsets"] == [{"name": one, "labels": {"version": one}} for one in versions], (
        "a route to a version needs its subset"
    )


def test_two_samples_do_not_share_their_routes() -> None:
    assert bookinfo_routes() is not bookinfo_routes(), "a change for one stack would reach another"


@pytest.mark.parametrize(
    ("served", "host", "expected"),
    [
        ("*", "*", True),
        ("*", "shop.example.com", True),
        ("*.example.com", "shop.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "example.com", False),
        ("shop.example.com", "*", True),
        ("shop.example.com", "*.example.com", True),
        ("shop.example.com", "*.example.org", False),
        ("shop.example.com", "cart.example.com", False),
    ],
)
def test_a_route_takes_part_in_a_server_whose_hosts_overlap(served: str, host: str, *, expected: bool) -> None:
    assert hosts_match(served, host) is expected, "Istio drops the routes of hosts that the gateway does not serve"


def test_the_versions_of_reviews_are_those_of_its_service_where_there_is_one() -> None:
    services = {"reviews": ServiceSettings(namespace=SAMPLE.namespace, port=9080)}
    objects = bookinfo_traffic(SAMPLE, "istio-ingress", services)
    assert list(objects) == ["ingress"], "the service makes the DestinationRule of that name, and two would collide"
