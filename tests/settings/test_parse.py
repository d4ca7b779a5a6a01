"""How much of a wrong file is reported in one run."""

import json
import subprocess
import sys
from typing import Any

import pytest

from components.settings.parse import parse_settings
from components.settings.problems import SettingsError
from tests.support.stacks import DEMO, ROOT, changed


def paths_of(document: dict[str, Any]) -> set[str]:
    """Where problems are reported."""
    with pytest.raises(SettingsError) as raised:
        parse_settings(json.dumps(document), "Pulumi.test.yaml")
    return {line.split(": ")[1] for line in str(raised.value).splitlines()}


def test_a_contradiction_is_found_beside_a_missing_key() -> None:
    document = changed(DEMO, "istio", {})
    document = changed(document, "gateways.ingressgateway.namespace", "kube-system")
    assert paths_of(document) == {"mesh.istio.version", "mesh.gateways.ingressgateway.namespace"}, (
        "each run that tells only a part costs the user a preview"
    )


def test_a_contradiction_is_found_behind_a_misspelt_section() -> None:
    document = changed(DEMO, "gateways.ingressgateway.namespace", "kube-system")
    document["gatewayz"] = document.pop("gateways")
    assert paths_of(document) == {"mesh.gatewayz", "mesh.gateways.ingressgateway.namespace"}, (
        "a section whose name was guessed can be checked under the right name"
    )


def test_the_repair_of_a_value_raises_no_alarm_of_its_own() -> None:
    document = changed(DEMO, "namespaces.bookinfo.injection", "enable")
    assert paths_of(document) == {"mesh.namespaces.bookinfo.injection"}, (
        "a message about something that the user did not write only confuses"
    )


def test_the_guard_rails_of_production_hold_for_a_profile_that_was_meant() -> None:
    assert "mesh.cluster.context" in paths_of(changed(DEMO, "profile", "produktion")), (
        "the next run would complain about it anyway"
    )


def test_reading_settings_does_not_load_pulumi() -> None:
    program = "import sys, components.settings.parse; sys.exit(any(name.startswith('pulumi') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert done.returncode == 0, "the mesh command reads settings for every verb, and Pulumi's SDK takes 0.3 s to load"
