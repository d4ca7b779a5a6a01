"""Environment and arguments of istiod that close what is open by default."""

import pytest

from components.control_plane.environment import first_version, implied_environment, known_environment, variable_types
from components.control_plane.values import istiod_values
from components.kinds.scalars import truth
from tests.support.stacks import PRODUCTION, changed, demo_with, production_with, refusals_of, settings_of

BLOCKED = "BLOCKED_CIDRS_IN_JWKS_URIS"


@pytest.mark.parametrize(
    ("istio", "came"),
    [
        ("1.28.3", "1.28.6"),
        ("1.28.6", None),
        ("1.28.9", None),
        ("1.29.0", "1.29.1"),
        ("1.29.1", None),
        ("1.30.3", None),
    ],
)
def test_a_variable_is_known_from_the_patch_of_each_minor_version_on(istio: str, came: str | None) -> None:
    assert first_version(BLOCKED, istio) == came, "a fix is brought back to older minor versions by a patch"


def test_production_keeps_istiod_from_fetching_keys_within_the_node() -> None:
    blocked = implied_environment(settings_of(PRODUCTION))[BLOCKED].split(",")
    assert {"169.254.0.0/16", "127.0.0.0/8"} <= set(blocked), "whoever may write a jwksUri could have istiod ask there"


def test_a_version_that_does_not_know_a_variable_is_not_given_it() -> None:
    old = changed(PRODUCTION, "istio.version", "1.28.3")
    assert implied_environment(settings_of(old)) == {}, "istiod would pass over it in silence, and nobody would know"


def test_demo_implies_nothing() -> None:
    assert implied_environment(demo_with("controlPlane.env", {})) == {}, "trials are not hindered"


def test_a_variable_of_the_stack_wins_over_an_implied_one() -> None:
    mesh = demo_with("controlPlane.env", {"A": "stack"})
    values = istiod_values(mesh.control_plane, mesh.mesh_config, mesh.proxy, {"A": "implied", "B": "implied"})
    assert values["env"] == {"A": "stack", "B": "implied"}, "the stack file is the author's own word"


def test_arguments_of_the_stack_come_beside_the_one_that_closes_the_plain_port() -> None:
    mesh = production_with("controlPlane.extraArgs", ["--kubernetesApiQPS=100"])
    arguments = istiod_values(mesh.control_plane, mesh.mesh_config, mesh.proxy)["extraContainerArgs"]
    assert arguments == ["--grpcAddr=127.0.0.1:15010", "--kubernetesApiQPS=100"], "the chart has one list for both"


def test_a_gateway_among_the_resources_may_lie_anywhere_where_the_scope_is_off() -> None:
    gateway = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "shop", "namespace": "bookinfo"},
        "spec": {
            "selector": {"istio": "ingressgateway"},
            "servers": [{"port": {"number": 8080, "name": "http", "protocol": "HTTP"}, "hosts": ["shop.example.com"]}],
        },
    }
    open_stack = changed(PRODUCTION, "resources", [gateway])
    settings = settings_of(changed(open_stack, "controlPlane.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE", "false"))
    assert settings.resources, "the refusal tells of this way out"


_SPELLINGS = {"true": ["1", "t", "T", "TRUE", "true", "True"], "false": ["0", "f", "F", "FALSE", "false", "False"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name, (value, _) in known_environment()["unsafe"].items() for text in _SPELLINGS[value]],
)
def test_production_refuses_every_spelling_that_opens_a_door(name: str, text: str) -> None:
    _, why = known_environment()["unsafe"][name]
    assert refusals_of(changed(PRODUCTION, f"controlPlane.env.{name}", text)) == [
        f"Pulumi.test.yaml: mesh.controlPlane.env.{name}: '{text}' {why}, which production refuses. Remove it. "
        "[MESH-301]"
    ], "istiod reads it as Go's strconv.ParseBool does"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (name, text)
        for name, (value, _) in known_environment()["unsafe"].items()
        for text in _SPELLINGS["false" if value == "true" else "true"]
    ],
)
def test_production_takes_what_keeps_the_door_closed(name: str, text: str) -> None:
    assert production_with(f"controlPlane.env.{name}", text).control_plane.env[name] == text, "a default, written out"


@pytest.mark.parametrize("text", ["yes", "on", "tRUE", ""])
def test_other_words_are_neither_true_nor_false(text: str) -> None:
    assert truth(text) is None, "istiod takes its default for them"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PILOT_PUSH_THROTTLE", "100"),
        ("PILOT_MAX_REQUESTS_PER_SECOND", "25.5"),
        ("PILOT_REMOTE_CLUSTER_TIMEOUT", "1h30m"),
        ("GODEBUG", "gctrace=1"),
        ("AWS_REGION", "eu-central-1"),
        ("NODE_NAME", "worker-1"),
        ("A", "b"),
    ],
)
def test_a_variable_of_istiod_or_of_something_else_is_taken(name: str, value: str) -> None:
    assert demo_with(f"controlPlane.env.{name}", value).control_plane.env[name] == value, "only slips are refused"


def test_the_tables_of_variables_are_of_one_istiod() -> None:
    assert set(known_environment()["unsafe"]) <= set(variable_types()), "the tables are of the same istiod"
    assert set(known_environment()["since"]) <= set(variable_types()), "the tables are of the same istiod"
