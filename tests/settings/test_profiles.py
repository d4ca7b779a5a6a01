"""What the two profiles promise."""

import pytest

from components.security.mtls.settings import MtlsMode
from components.settings.mesh import MeshSettings
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


def test_production_prefers_istiods_in_two_zones() -> None:
    spread = PRODUCTION_MESH.control_plane.topology_spread_constraints or ()
    assert [(one.topology_key, one.when_unsatisfiable.value) for one in spread] == [
        ("topology.kubernetes.io/zone", "ScheduleAnyway")
    ], "the guide's hard rule keeps pods pending where nodes have no zone"


def test_production_keeps_istiod_on_a_full_node() -> None:
    assert PRODUCTION_MESH.control_plane.priority_class_name == "system-cluster-critical", "no pod starts without it"


def test_production_logs_json_holds_applications_and_captures_dns() -> None:
    mesh = PRODUCTION_MESH.mesh_config
    assert (mesh.access_log_file, mesh.access_log_encoding) == ("/dev/stdout", "JSON"), "log collectors read JSON"
    assert mesh.default_config.hold_application_until_proxy_starts, "an application must not start without its network"
    assert mesh.default_config.dns_capture, "the guides' production mesh captures DNS"


def test_production_leaves_no_spelling_of_a_path_around_a_rule() -> None:
    normalization = PRODUCTION_MESH.mesh_config.path_normalization
    assert normalization is not None, "Istio's default leaves doubled and encoded slashes"
    assert normalization.normalization == "DECODE_AND_MERGE_SLASHES", "what Istio's security guide recommends"


@pytest.mark.parametrize(("mesh", "requests"), [(DEMO_MESH, ("10m", "40Mi")), (PRODUCTION_MESH, ("100m", "128Mi"))])
def test_sidecars_are_sized_by_the_profile(mesh: MeshSettings, requests: tuple[str, str]) -> None:
    resources = mesh.proxy.resources
    assert (resources.requests.cpu, resources.requests.memory) == requests, "every pod of the mesh has one"
    assert (resources.limits.cpu, resources.limits.memory) == ("2", "1Gi"), "the chart's own limits, for the checks"


def test_production_runs_images_without_a_shell() -> None:
    assert PRODUCTION_MESH.istio.variant == "distroless", "Istio's default images are the debug ones"
