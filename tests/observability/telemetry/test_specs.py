"""Which Telemetries are made, and what is in them."""

from typing import Any

from components.observability.telemetry.collectors import with_providers
from components.services.specs import derived
from tests.observability.telemetry.stack import made, traced_with
from tests.support.stacks import DEMO, PRODUCTION, changed, settings_of

MESH = "istio-system/mesh-default"
CART = {"selector": {"matchLabels": {"app": "cart"}}}


def test_without_a_collector_there_is_no_telemetry() -> None:
    made_of = [one for one in derived(settings_of(DEMO)) if one.manifest["kind"] == "Telemetry"]
    assert made_of == [], "a sampling that leads nowhere would only look as if there were traces"


def test_the_only_collector_gets_the_spans_without_being_named() -> None:
    tracing = made({"telemetry.tracing": None})[MESH]["spec"]["tracing"]
    assert tracing == [{"providers": [{"name": "jaeger"}], "randomSamplingPercentage": 100}], (
        "a collector that is declared is there for traces"
    )


def test_production_traces_one_request_of_a_hundred() -> None:
    (tracing,) = made({}, profile="production")[MESH]["spec"]["tracing"]
    assert tracing["randomSamplingPercentage"] == 1, "Istio's own default, which costs little"


def test_the_mesh_wide_telemetry_says_what_the_stack_says() -> None:
    tags = {
        "user.id": {"header": {"name": "x-user-id", "defaultValue": "nobody"}},
        "zone": {"literal": {"value": "eu"}},
    }
    given = {"telemetry.tracing": {"randomSamplingPercentage": 12.5, "customTags": tags, "enableIstioTags": False}}
    assert made(given)[MESH]["spec"] == {
        "tracing": [
            {
                "providers": [{"name": "jaeger"}],
                "randomSamplingPercentage": 12.5,
                "customTags": tags,
                "enableIstioTags": False,
            }
        ],
        "accessLogging": [{"providers": [{"name": "log"}], "filter": {"expression": "response.code >= 400"}}],
    }, "what is left out is Istio's default, and nothing is lost"


def test_namespaces_and_workloads_get_telemetries_of_their_own() -> None:
    metrics = [{"overrides": [{"match": {"metric": "REQUEST_SIZE"}, "disabled": True}]}]
    given = {"metrics": metrics, "workloads": {"cart": {**CART, "tracing": {"randomSamplingPercentage": 50}}}}
    found = made({"telemetry.namespaces": {"shop": given}})
    assert set(found) == {MESH, "shop/namespace-default", "shop/cart"}, "one for each place where something else holds"
    assert found["shop/namespace-default"]["spec"] == {"metrics": metrics}, "without a selector, for all its pods"
    assert found["shop/cart"]["spec"] == {**CART, "tracing": [{"randomSamplingPercentage": 50}]}, (
        "the provider is the mesh's, so that moving it is one change"
    )


def test_a_reason_is_written_into_the_telemetry() -> None:
    found = made({"telemetry.reason": "the launch"})[MESH]
    assert found["metadata"]["annotations"] == {"istio-mesh/reason": "the launch"}, "who looks there asks why"


def test_an_access_log_without_a_provider_goes_to_the_proxys_output() -> None:
    logging = [{"filter": {"expression": "response.code >= 500"}}]
    (entry,) = made({"telemetry.accessLogging": logging})[MESH]["spec"]["accessLogging"]
    assert entry["providers"] == [{"name": "envoy"}], "istiod ignores an entry for which there is no provider"


def test_an_access_log_of_a_namespace_is_that_of_the_mesh() -> None:
    found = made({"telemetry.namespaces": {"shop": {"accessLogging": [{"disabled": True}]}}})
    assert found["shop/namespace-default"]["spec"] == {
        "accessLogging": [{"providers": [{"name": "log"}], "disabled": True}]
    }, "it is the one that would be written otherwise"


def test_an_access_log_of_a_namespace_is_named_where_the_mesh_has_none() -> None:
    given: dict[str, Any] = {
        "telemetry.accessLogging": None,
        "telemetry.namespaces": {"shop": {"accessLogging": [{"disabled": True}]}},
    }
    (entry,) = made(given)["shop/namespace-default"]["spec"]["accessLogging"]
    assert entry == {"providers": [{"name": "envoy"}], "disabled": True}, "without a name it would switch nothing off"


def test_a_default_log_of_meshconfig_stays_the_one() -> None:
    given = {
        "meshConfig.defaultProviders": {"accessLogging": ["log"]},
        "telemetry.accessLogging": [{"filter": {"expression": "response.code >= 500"}}],
    }
    (entry,) = made(given)[MESH]["spec"]["accessLogging"]
    assert "providers" not in entry, "the user has said which log is the default one"


def test_no_percentage_is_written_beside_a_provider_that_samples_by_itself() -> None:
    provider = {"service": "d.x.svc.cluster.local", "port": 443, "dynatraceSampler": {"tenant": "abc"}}
    given = {
        "meshConfig.extensionProviders": [{"name": "dynatrace", "opentelemetry": provider}],
        "telemetry.tracing": {"providers": [{"name": "Dynatrace"}]},
    }
    assert made(given)[MESH]["spec"]["tracing"] == [{"providers": [{"name": "Dynatrace"}]}], "it would not be true"


def test_providers_come_after_those_that_the_user_gives_in_meshconfig() -> None:
    own = {"name": "authz", "envoyExtAuthzGrpc": {"service": "authz.shop.svc.cluster.local", "port": 9000}}
    settings = settings_of(traced_with({"meshConfig.extensionProviders": [own]}))
    mesh = with_providers(settings, settings.mesh_config)
    assert mesh.extension_providers == (
        own,
        {"name": "jaeger", "opentelemetry": {"service": "jaeger-collector.tracing.svc.cluster.local", "port": 4317}},
        {
            "name": "log",
            "envoyFileAccessLog": {"path": "/dev/stdout", "logFormat": {"labels": {"code": "%RESPONSE_CODE%"}}},
        },
    ), "both are Istio's extensionProviders, of which there is one list"


def test_meshconfig_stays_as_it_is_without_providers() -> None:
    settings = settings_of(PRODUCTION)
    assert with_providers(settings, settings.mesh_config) is settings.mesh_config, (
        "a stack without telemetry changes nothing"
    )


def test_a_service_that_says_what_it_calls_still_reaches_the_collectors() -> None:
    stack = traced_with(
        {
            "telemetry.providers.apm": {"zipkin": {"service": "apm.example.com", "port": 443}},
            "services": {"cart": {"namespace": "shop", "port": 80, "calls": []}},
        }
    )
    (scope,) = [one.manifest for one in derived(settings_of(stack)) if one.manifest["kind"] == "Sidecar"]
    assert scope["spec"]["egress"] == [
        {
            "hosts": [
                "*/apm.example.com",
                "istio-system/*",
                "tracing/jaeger-collector.tracing.svc.cluster.local",
            ]
        }
    ], "a proxy sends no spans to a host that its Sidecar does not open"


def test_the_profile_decides_how_many_requests_are_traced_by_default() -> None:
    found = {profile["profile"]: settings_of(profile).telemetry.default_sampling for profile in (DEMO, PRODUCTION)}
    assert found == {"demo": 100, "production": 1}, "a demo shows the first request, production costs little"


def test_the_old_switch_with_a_collector_of_its_own_is_let_pass() -> None:
    tracing = {"sampling": 5, "zipkin": {"address": "zipkin.tracing:9411"}}
    stack = changed(changed(DEMO, "meshConfig.enableTracing", True), "meshConfig.defaultConfig.tracing", tracing)
    assert settings_of(stack).mesh_config.enable_tracing, "Istio still carries it out where there is no Telemetry"


def test_an_installed_jaeger_gets_the_spans_without_a_word_about_it() -> None:
    settings = settings_of(DEMO | {"addons": {"jaeger": {}}})
    mesh = with_providers(settings, settings.mesh_config)
    assert mesh.extension_providers == (
        {
            "name": "jaeger",
            "opentelemetry": {
                "service": "jaeger.observability.svc.cluster.local",
                "port": 4318,
                "http": {"path": "/v1/traces", "timeout": "5s"},
            },
        },
    ), "wired end to end without typing an address"
    (made_of,) = [one.manifest for one in derived(settings) if one.manifest["kind"] == "Telemetry"]
    assert made_of["spec"]["tracing"] == [{"providers": [{"name": "jaeger"}], "randomSamplingPercentage": 100}], (
        "a collector that is there is there for traces"
    )


def test_a_jaeger_of_somebody_else_gets_spans_where_its_collector_is_known() -> None:
    jaeger = {"kind": "external", "url": "https://jaeger.example.com"}
    without = settings_of(DEMO | {"addons": {"jaeger": jaeger}})
    collector = {"host": "otel.tracing.svc.cluster.local"}
    known = settings_of(DEMO | {"addons": {"jaeger": {**jaeger, "collector": collector}}})
    assert with_providers(without, without.mesh_config).extension_providers is None, "there is nowhere to send them"
    assert with_providers(known, known.mesh_config).extension_providers == (
        {"name": "jaeger", "opentelemetry": {"service": "otel.tracing.svc.cluster.local", "port": 4317}},
    ), "by gRPC, as the setting of the collector says"
