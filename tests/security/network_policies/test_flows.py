"""Which connections the derived policies let through."""

from pathlib import Path
from typing import Any

import pytest

from components.security.network_policies.specs import network_policies
from tests.security.network_policies.evaluator import End, Network
from tests.support.documents import document
from tests.support.stacks import changed, settings_of, with_changes

HERE = Path(__file__).parent
CLUSTER: dict[str, Any] = document(HERE / "cluster.yaml")
FLOWS: list[tuple[str, str, int | str, bool, str]] = document(HERE / "flows.yaml")
ENDS = {name: End(**end) for name, end in CLUSTER["ends"].items()}


def network(changes: dict[str, Any]) -> Network:
    """The cluster with the policies of its stack, which has a value at each of the dotted paths."""
    mesh = with_changes(CLUSTER["mesh"], changes)
    return Network(namespaces=CLUSTER["namespaces"], policies=[*network_policies(settings_of(mesh)).values()])


def passes(where: Network, source: str, target: str, port: int | str) -> bool:
    """Whether a connection comes through."""
    number, _, protocol = str(port).partition("/")
    return where.allows(ENDS[source], ENDS[target], int(number), protocol or "TCP")


DERIVED = network({})


@pytest.mark.parametrize(("source", "target", "port", "allowed", "why"), FLOWS)
def test_a_connection_comes_through_or_not(
    source: str, target: str, port: int | str, *, allowed: bool, why: str
) -> None:
    assert passes(DERIVED, source, target, port) is allowed, why


@pytest.mark.parametrize(
    ("changes", "source", "target", "port", "allowed", "why"),
    [
        ({"networkPolicies.enabled": False}, "somebody", "istiod", 15010, True, "there are no policies at all"),
        ({"networkPolicies.apiServer": []}, "somebody", "istiod", 15017, True, "nobody said where the API server is"),
        ({"networkPolicies.apiServer": []}, "istiod", "somebody", 443, True, "it could be the API server"),
        ({"networkPolicies.apiServer": []}, "istiod", "metadata", 80, False, "no API server has this port"),
        (
            {"networkPolicies.istiod": {"egress": [{"cidr": "192.0.2.99/32", "ports": [443]}]}},
            *("istiod", "somebody", 443, True, "the keys of tokens are fetched from there"),
        ),
        ({"meshConfig": {}}, "cart", "somebody", 443, True, "proxies let everything pass, and so do the policies"),
        (
            {"meshConfig": {}, "networkPolicies.egress.enabled": True},
            *("cart", "somebody", 443, False, "it was asked for by itself"),
        ),
        ({"networkPolicies.egress.enabled": False}, "cart", "somebody", 443, True, "it was switched off"),
        (
            {"networkPolicies.egress.namespaces.shop": {"enabled": False}},
            *("cart", "somebody", 443, True, "it was switched off for this namespace"),
        ),
        (
            {"networkPolicies.egress.namespaces.shop": {"enabled": False}},
            *("stock", "somebody", 443, False, "and for this one only"),
        ),
        (
            {"gateways.edge.service.externalTrafficPolicy": "Cluster"},
            *("somebody", "edge", 80, True, "the pods see a node instead of the client"),
        ),
        (
            {"networkPolicies.gateways.public.sources": ["203.0.113.0/24"]},
            *("somebody", "public", 8080, False, "the stack knows better what the pods see"),
        ),
        (
            {"services.cart.calls": None},
            *("cart", "news", 8888, True, "a service that does not say what it calls may call everything declared"),
        ),
        (
            {"externals.news.resolution": "DNS", "externals.news.endpoints": []},
            *("stock", "somebody", 8888, True, "a policy knows no names, so that the port is open to all addresses"),
        ),
        (
            {
                "externals.cards.tlsOrigination": {"port": 80},
                "externals.cards.ports": [{"port": 80, "protocol": "HTTP"}],
            },
            *("egress", "somebody", 443, True, "the gateway begins TLS, so that this is the port outside"),
        ),
        (
            {
                "externals.cards.tlsOrigination": {"port": 80},
                "externals.cards.ports": [{"port": 80, "protocol": "HTTP"}],
            },
            *("egress", "somebody", 80, False, "plain HTTP ends at the gateway"),
        ),
    ],
)
def test_a_setting_opens_or_closes_a_connection(
    changes: dict[str, Any], source: str, target: str, port: int, *, allowed: bool, why: str
) -> None:
    assert passes(network(changes), source, target, port) is allowed, why


ADDONS = {"prometheus": {"kind": "installed"}, "kiali": {"kind": "installed"}, "jaeger": {"kind": "installed"}}
POD_OF = {
    "prometheus-addon": {
        "app.kubernetes.io/name": "prometheus",
        "operator.prometheus.io/name": "kube-prometheus-stack-prometheus",
    },
    "kiali": {"app.kubernetes.io/name": "kiali", "app.kubernetes.io/instance": "kiali"},
    "jaeger": {"app.kubernetes.io/name": "jaeger", "app.kubernetes.io/instance": "jaeger"},
    "intruder": {"app": "intruder"},
}


@pytest.mark.parametrize(
    ("source", "target", "port", "allowed", "why"),
    [
        ("prometheus-addon", "istiod", 15014, True, "metrics"),
        ("prometheus-addon", "edge", 15020, True, "metrics"),
        ("prometheus-addon", "istiod", 15010, False, "configuration in plain text"),
        ("kiali", "istiod", 15014, True, "its view of the mesh"),
        ("kiali", "edge", 15020, False, "Prometheus collects, Kiali does not"),
        ("kiali", "prometheus-addon", 9090, True, "addons ask each other"),
        ("intruder", "istiod", 15014, False, "being in the namespace of the addons is not enough"),
        ("cart", "jaeger", 4317, True, "sidecars send their traces"),
        ("cart", "jaeger", 16686, False, "nobody but addons looks at traces"),
        ("stranger", "jaeger", 4317, False, "whoever is not of the mesh has no traces in it"),
        ("cart", "prometheus-addon", 9090, False, "metrics tell everything about everybody"),
        ("somebody", "kiali", 20001, False, "dashboards are reached by kubectl port-forward"),
    ],
)
def test_addons_are_reached_by_whom_they_are_for(
    source: str, target: str, port: int, *, allowed: bool, why: str
) -> None:
    mesh = changed(CLUSTER["mesh"], "addons", ADDONS)
    where = Network(
        namespaces={**CLUSTER["namespaces"], "observability": {}},
        policies=[*network_policies(settings_of(mesh)).values()],
    )
    pods = {name: End(address="10.244.1.1", namespace="observability", labels=one) for name, one in POD_OF.items()}
    ends = {**ENDS, **pods}
    assert where.allows(ends[source], ends[target], port) is allowed, why


def test_every_end_takes_part_in_a_connection() -> None:
    used = {name for flow in FLOWS for name in flow[:2]}
    assert used == set(ENDS), "an end that nobody tries proves nothing"
