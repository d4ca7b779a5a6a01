"""Messages of MeshConfig in Istio's own words: what istiod would refuse, and with it all of MeshConfig."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from components.mesh_config.messages import message_shape
from components.mesh_config.proxy_config import ProxyConfigSettings, Tracing
from components.mesh_config.settings import MeshConfigSettings
from components.settings.lookup import keys_of
from components.settings.problems import SettingsError
from tests.support.documents import document
from tests.support.odd_values import with_odd_values
from tests.support.stacks import DEMO, changed, refusals_of, settings_of, with_changes

ROWS: list[dict[str, Any]] = document(Path(__file__).with_name("messages.yaml"))
ALONE: dict[str, Any] = {"profile": "demo", "istio": {}}
"""Little more than MeshConfig, for many looks at it: the rest of a stack takes as long to check."""
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])


def stack(row: dict[str, Any], value: object, around: dict[str, Any] = DEMO) -> dict[str, Any]:
    """A stack with a value at the path of a row."""
    version = row.get("istio", DEMO["istio"]["version"])
    return with_changes(around, {f"meshConfig.{row['path']}": value, "istio.version": version})


def told_of(mesh: dict[str, Any]) -> list[str]:
    """What is said about a stack, a line for each problem; nothing where it is taken."""
    try:
        settings_of(mesh)
    except SettingsError as error:
        return str(error).splitlines()
    return []


@every_row
def test_what_istiod_would_drop_all_of_mesh_config_for_is_refused(row: dict[str, Any]) -> None:
    told = [f"Pulumi.test.yaml: mesh.meshConfig.{line}" for line in row["expect"]]
    assert refusals_of(stack(row, row["value"])) == told, "istiod only logs it, and keeps the MeshConfig that it had"


@every_row
def test_its_twin_is_taken(row: dict[str, Any]) -> None:
    mesh = settings_of(stack(row, row["twin"])).mesh_config.model_dump(by_alias=True, exclude_none=True, mode="json")
    for key in row["path"].split("."):
        mesh = mesh[key]
    assert mesh == row["twin"], "what Istio takes is handed on as it is written"


@every_row
def test_no_odd_value_makes_a_check_fail_instead_of_refusing(row: dict[str, Any]) -> None:
    assert told_of(stack(row, row["twin"], ALONE)) == [], "it is MeshConfig alone that is refused"
    for value in with_odd_values(row["value"]):
        lines = told_of(stack(row, value, ALONE))
        assert all(line.startswith("Pulumi.test.yaml: mesh.meshConfig.") for line in lines), "a place of it is named"


def test_a_host_that_the_stack_makes_known_may_be_short() -> None:
    entry = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "ServiceEntry",
        "metadata": {"name": "otel", "namespace": "bookinfo"},
        "spec": {
            "hosts": ["otel"],
            "ports": [{"number": 4317, "name": "grpc", "protocol": "GRPC"}],
            "resolution": "STATIC",
            "endpoints": [{"address": "192.0.2.1"}],
        },
    }
    provider = {"name": "otel", "opentelemetry": {"service": "otel", "port": 4317}}
    mesh = changed(changed(DEMO, "resources", [entry]), "meshConfig.extensionProviders", [provider])
    assert settings_of(mesh).mesh_config.extension_providers, "istiod has a service of this very name"


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (MeshConfigSettings, []),
        (ProxyConfigSettings, ["defaultConfig"]),
        (Tracing, ["defaultConfig", "tracing"]),
    ],
)
def test_no_message_is_left_unchecked(model: type[BaseModel], path: list[str]) -> None:
    shape = message_shape()
    for key in path:
        shape = shape.get("properties", {})[key]
    known = shape.get("properties", {})
    assert set(known) == set(keys_of(model)), "a field that the shape does not know would be refused"
    loose = [key for key, field in keys_of(model).items() if "JsonValue" in repr(field.annotation) and not known[key]]
    assert not loose, "nobody would look into it"
