"""What newer versions of Istio brought to MeshConfig."""

import pytest

from components.mesh_config.since import version_problems
from tests.support.stacks import demo_with


@pytest.mark.parametrize(("istio", "count"), [("1.28.9", 1), ("1.29.0", 0), ("1.30.3", 0)])
def test_a_newer_field_is_refused_for_an_older_istio_only(istio: str, count: int) -> None:
    mesh_config = demo_with("meshConfig.hboneIdleTimeout", "15s").mesh_config
    assert len(list(version_problems(mesh_config, istio))) == count, "an older istiod refuses the whole MeshConfig"


def test_the_same_field_without_the_newer_value_is_fine() -> None:
    mesh_config = demo_with("meshConfig.outboundTrafficPolicy.mode", "ALLOW_ANY").mesh_config
    assert not list(version_problems(mesh_config, "1.28.3")), "only the value is new"
