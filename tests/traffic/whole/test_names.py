"""Names as Istio writes them out."""

import pytest

from components.traffic.names import full_host, gateway_of, seen_together, service_of


@pytest.mark.parametrize(
    ("host", "full"),
    [
        ("reviews", "reviews.shop.svc.cluster.local"),
        ("Reviews", "reviews.shop.svc.cluster.local"),
        ("reviews.bank", "reviews.bank"),
        ("*", "*"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_only_a_name_without_a_dot_is_a_service_of_the_namespace(host: str, full: str) -> None:
    assert full_host(host, "shop") == full, "Istio completes nothing else"


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("reviews.shop.svc.cluster.local", ("shop", "reviews")),
        ("*.shop.svc.cluster.local", None),
        ("v1.reviews.shop.svc.cluster.local", None),
        ("reviews.shop.svc.example.com", None),
        ("shop.svc.cluster.local", None),
    ],
)
def test_a_service_is_known_by_its_full_host(host: str, service: tuple[str, str] | None) -> None:
    assert service_of(host) == service, "anything else is no Service of this cluster"


@pytest.mark.parametrize(
    ("reference", "gateway"),
    [
        ("public", ("shop", "public")),
        ("./public", ("shop", "public")),
        ("istio-ingress/public", ("istio-ingress", "public")),
        ("public.istio-ingress", ("istio-ingress", "public")),
        ("public.istio-ingress.svc.cluster.local", ("istio-ingress", "public")),
    ],
)
def test_a_gateway_is_found_in_each_way_to_name_it(reference: str, gateway: tuple[str, str]) -> None:
    assert gateway_of(reference, "shop") == gateway, "Istio takes all of them"


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({"*"}, {"shop"}, True),
        ({"shop", "bank"}, {"bank"}, True),
        ({"shop"}, {"bank"}, False),
        ({"*"}, set[str](), False),
    ],
)
def test_two_objects_meet_where_a_namespace_sees_both(one: set[str], other: set[str], together: bool) -> None:
    assert seen_together(frozenset(one), frozenset(other)) is together, "only there they can contradict each other"
