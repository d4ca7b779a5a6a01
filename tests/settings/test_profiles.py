"""What the two profiles promise."""

import pytest

from components.security.mtls.settings import MtlsMode
from tests.support.stacks import DEMO, PRODUCTION, settings_of

DEMO_MESH = settings_of(DEMO)
PRODUCTION_MESH = settings_of(PRODUCTION)


def test_demo_asks_for_little_enough_to_fit_on_a_laptop() -> None:
    requests = DEMO_MESH.control_plane.resources.requests
    assert (requests.cpu, requests.memory) == ("10m", "100Mi"), "Istio's own demo profile asks for this much"


def test_demo_runs_one_replica_of_everything() -> None:
    scales = [DEMO_MESH.control_plane.smallest_scale, *(one.smallest_scale for one in DEMO_MESH.gateways.values())]
    assert scales == [1, 1], "more would not fit on a laptop, and an autoscaler needs metrics that kind does not have"


def test_demo_still_accepts_plain_text() -> None:
    assert DEMO_MESH.mtls.mode is MtlsMode.PERMISSIVE, "a demo shows workloads inside and outside the mesh"


def test_production_scales_istiod_between_two_and_five() -> None:
    scaling = PRODUCTION_MESH.control_plane.autoscaling
    assert (scaling.enabled, scaling.min_replicas, scaling.max_replicas) == (True, 2, 5), "the guide's numbers"


def test_production_sizes_istiod_for_a_real_mesh() -> None:
    resources = PRODUCTION_MESH.control_plane.resources
    assert (resources.requests.cpu, resources.requests.memory) == ("500m", "2Gi"), "the guide's requests"
    assert (resources.limits.cpu, resources.limits.memory) == ("2", "4Gi"), "the guide's limits"


def test_production_scales_gateways_between_two_and_ten_at_80_percent() -> None:
    scaling = PRODUCTION_MESH.gateways["ingressgateway"].autoscaling
    numbers = (scaling.min_replicas, scaling.max_replicas, scaling.target_cpu_utilization_percentage)
    assert (scaling.enabled, *numbers) == (True, 2, 10, 80), "the guide's numbers"


@pytest.mark.parametrize("workload", ["istiod", "ingressgateway"])
def test_production_leaves_one_replica_while_a_node_is_drained(workload: str) -> None:
    workloads = {"istiod": PRODUCTION_MESH.control_plane, **PRODUCTION_MESH.gateways}
    budget = workloads[workload].pod_disruption_budget
    assert budget is not None, "without a budget a drain may take both replicas at once"
    assert budget.min_available == 1, "a budget of both replicas would block the drain"


def test_production_accepts_mutual_tls_only() -> None:
    assert PRODUCTION_MESH.mtls.mode is MtlsMode.STRICT, "plain text between workloads is not for production"
