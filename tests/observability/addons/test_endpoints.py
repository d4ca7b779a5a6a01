"""Where the addons are, for each other, for proxies and for network policies."""

from components.control_plane.environment import implied_environment, kiali_asks_istiod
from components.observability.addons.endpoints import (
    dashboards,
    internal_url,
    prometheus_installed,
    trace_collector,
)
from components.observability.addons.workloads import Callers, addon_workloads
from tests.observability.addons.stack import ALL, demo_addons, production_addons, values_of
from tests.support.stacks import DEMO, settings_of

EXTERNAL = demo_addons(
    prometheus={"kind": "external", "url": "https://prometheus.example.com"},
    jaeger={"kind": "external", "url": "https://jaeger.example.com", "collector": {"host": "otel.example.com"}},
    kiali={},
)


def test_no_addon_is_there_unless_the_stack_names_it() -> None:
    mesh = production_addons()
    assert (dashboards(mesh.addons), addon_workloads(mesh.addons)) == ({}, []), "a mesh needs none of them"
    assert not prometheus_installed(mesh), "the profile's defaults install nothing"


def test_spans_go_to_the_installed_jaeger_or_to_the_collector_that_is_named() -> None:
    own, other = trace_collector(demo_addons(jaeger={}).addons), trace_collector(EXTERNAL.addons)
    assert own is not None, "an installed Jaeger takes OTLP"
    assert other is not None, "the stack names a collector"
    assert (own.host, own.port) == ("jaeger.observability.svc.cluster.local", 4317), "OTLP over gRPC"
    assert (other.host, other.port) == ("otel.example.com", 4317), "as it is named"


def test_kiali_asks_the_prometheus_that_somebody_else_runs() -> None:
    services = values_of(EXTERNAL)["kiali"]["external_services"]
    assert services["prometheus"]["url"] == internal_url(EXTERNAL.addons, "prometheus"), "nobody types it twice"
    assert services["grafana"] == {"enabled": False}, "what is not there is not asked for"
    assert services["tracing"]["external_url"] == "https://jaeger.example.com", "links lead to the page for people"


def test_istiod_shows_kiali_its_debug_pages_unless_they_are_closed() -> None:
    demo, production = demo_addons(**ALL), production_addons(**ALL)
    variable = "DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES"
    assert implied_environment(demo)[variable] == "observability", "Kiali does not run in istiod's namespace"
    assert (kiali_asks_istiod(production), variable in implied_environment(production)) == (False, False), (
        "production has no debug pages, so Kiali must not ask for them"
    )


def test_only_the_collector_is_open_to_the_whole_mesh() -> None:
    workloads = addon_workloads(production_addons(**ALL).addons)
    opened = {(one.name, port.port) for one in workloads for port in one.ports if port.callers is Callers.MESH}
    assert opened == {("jaeger", 4317), ("jaeger", 4318), ("jaeger", 9411)}, "pages and metrics are for addons only"


TOKEN = {"kind": "bearer", "secret": "traces"}
LOGIN = {"kind": "basic", "secret": "observability-login", "usernameKey": "user"}
SIGNED_IN = settings_of(
    DEMO
    | {
        "addons": {
            "prometheus": {
                "kind": "external",
                "url": "https://prometheus.example.com",
                "internalUrl": "http://prometheus.monitoring.svc:9090",
                "login": LOGIN,
            },
            "grafana": {"url": "https://grafana.example.com"},
            "jaeger": {"kind": "external", "url": "https://jaeger.example.com", "login": TOKEN},
            "kiali": {},
        },
        "alerts": {"operator": {"namespace": "monitoring"}},
    }
)


def test_kiali_links_to_the_dashboards_of_the_stack_at_the_address_for_people() -> None:
    grafana = values_of(SIGNED_IN)["kiali"]["external_services"]["grafana"]
    assert grafana["external_url"] == "https://grafana.example.com", "without it Kiali shows no link"
    assert grafana["internal_url"] == internal_url(SIGNED_IN.addons, "grafana"), "its pods go the short way"
    assert grafana["dashboards"] == [
        {"name": "Istio service", "variables": {"namespace": "var-namespace", "service": "var-host"}},
        {"name": "Istio workload", "variables": {"namespace": "var-namespace", "workload": "var-workload"}},
    ], "Kiali looks for them by their titles, and names a service by its host"


def test_kiali_links_to_istios_own_dashboards_where_ours_are_not() -> None:
    mesh = demo_addons(
        prometheus={"kind": "external", "url": "https://prometheus.example.com"},
        grafana={"kind": "external", "url": "https://grafana.example.com"},
        kiali={},
    )
    assert "dashboards" not in values_of(mesh)["kiali"]["external_services"]["grafana"], "Kiali knows their names"


def test_pods_sign_in_with_the_secret_of_an_addon_of_somebody_else() -> None:
    values = values_of(SIGNED_IN)
    services = values["kiali"]["external_services"]
    assert services["prometheus"]["url"] == "http://prometheus.monitoring.svc:9090", "as pods reach it"
    assert services["prometheus"]["auth"] == {
        "type": "basic",
        "username": "secret:observability-login:user",
        "password": "secret:observability-login:password",
    }, "Kiali's chart reads it from the Secret"
    assert services["tracing"]["auth"] == {"type": "bearer", "token": "secret:traces:token"}, "a token is all"
    sources = {one["name"]: one for one in values["grafana"]["datasources"]["datasources.yaml"]["datasources"]}
    assert sources["Prometheus"]["basicAuthUser"] == "${PROMETHEUS_USERNAME}", "Grafana fills it at its start"
    assert sources["Prometheus"]["jsonData"]["httpMethod"] == "POST", "the rest stays"
    assert sources["Jaeger"]["secureJsonData"] == {"httpHeaderValue1": "Bearer ${JAEGER_TOKEN}"}, "as a header"
    variables = values["grafana"]["envValueFrom"]
    assert variables["PROMETHEUS_USERNAME"] == {"secretKeyRef": {"name": "observability-login", "key": "user"}}
    assert set(variables) == {"PROMETHEUS_USERNAME", "PROMETHEUS_PASSWORD", "JAEGER_TOKEN"}, "each that is named"
