"""That everything which Istio's MeshConfig can say can be said in the stack file."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from components.mesh_config.proxy_config import ProxyConfigSettings, Tracing
from components.mesh_config.settings import MeshConfigSettings
from components.settings.lookup import keys_of
from tests.support.documents import document

FIELDS: dict[str, list[str]] = document(Path(__file__).with_name("fields.yaml"))

OURS = {"dnsCapture"}
"""Keys that are no field of Istio's: a switch for an environment variable."""


@pytest.mark.parametrize(
    ("message", "model"),
    [("MeshConfig", MeshConfigSettings), ("ProxyConfig", ProxyConfigSettings), ("Tracing", Tracing)],
)
def test_the_stack_file_knows_the_fields_of_istios_message(message: str, model: type[BaseModel]) -> None:
    assert set(keys_of(model)) - OURS == set(FIELDS[message]), (
        "a field that is missing cannot be set, and one that Istio does not have would be ignored in silence"
    )
