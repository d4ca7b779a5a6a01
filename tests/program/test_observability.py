"""What a stack with a collector and with Grafana gets, from one end to the other."""

import json
from typing import Any

from components.service_mesh import ServiceMesh
from tests.support.engine import RELEASE, Recorder, run
from tests.support.stacks import DEMO, settings_of

ADDONS: dict[str, Any] = {"prometheus": {}, "grafana": {}, "jaeger": {}}


def deployed() -> Recorder:
    """The small stack with addons, as a whole."""
    settings = settings_of({**DEMO, "addons": ADDONS})
    return run(lambda: ServiceMesh("mesh", settings, {}) and None)


def test_istiod_knows_the_collector_of_the_addons_and_proxies_are_told_to_use_it() -> None:
    engine = deployed()
    values = engine.named("mesh-control-plane-release").inputs["values"]
    providers = values["meshConfig"]["extensionProviders"]
    assert [one["name"] for one in providers] == ["jaeger"], "a Telemetry with an unknown provider sends nothing"
    (telemetry,) = [one.inputs for one in engine.registrations if one.type.endswith(":Telemetry")]
    assert telemetry["spec"]["tracing"][0]["providers"] == [{"name": "jaeger"}], "nobody would send spans"


def test_dashboards_are_deployed_beside_grafana() -> None:
    engine = deployed()
    boards = [one.inputs for one in engine.registrations if one.name.startswith("mesh-dashboards-")]
    assert len(boards) == 7, "each dashboard is an object of its own"
    assert {one["metadata"]["namespace"] for one in boards} == {"observability"}, "they lie beside Grafana"
    assert all(json.loads(next(iter(one["data"].values())))["panels"] for one in boards), "each has something to show"
    grafana = next(one for one in engine.registrations if one.type == RELEASE and one.inputs["name"] == "grafana")
    sidecar = grafana.inputs["values"]["sidecar"]["dashboards"]
    labels = {label for one in boards for label in one["metadata"]["labels"].items()}
    assert (sidecar["label"], sidecar["labelValue"]) in labels, "by this label Grafana's sidecar finds them"


def test_a_stack_without_addons_has_neither() -> None:
    settings = settings_of(DEMO)
    engine = run(lambda: ServiceMesh("mesh", settings, {}) and None)
    found = [one.name for one in engine.registrations if "dashboards" in one.name or one.type.endswith(":Telemetry")]
    assert found == [], "nothing is there that nobody asked for"
