"""Checks over the whole traffic model: what no object says by itself."""

from collections.abc import Callable, Iterator, Sequence

from components.security.whole import SECURITY
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.traffic.assembly import traffic_model
from components.traffic.checks.whole.alpha import alpha_problems
from components.traffic.checks.whole.attachments import attachment_problems
from components.traffic.checks.whole.bindings import binding_problems
from components.traffic.checks.whole.collisions import collision_problems
from components.traffic.checks.whole.delegated import delegated_problems
from components.traffic.checks.whole.delegation import delegation_problems
from components.traffic.checks.whole.destination_rules import destination_rule_problems
from components.traffic.checks.whole.destinations import destination_problems
from components.traffic.checks.whole.entries import entry_problems
from components.traffic.checks.whole.every_host import every_host_problems
from components.traffic.checks.whole.gateway_hosts import gateway_host_problems
from components.traffic.checks.whole.gateways import gateway_problems
from components.traffic.checks.whole.grants import grant_problems
from components.traffic.checks.whole.mesh_hosts import mesh_host_problems
from components.traffic.checks.whole.redirects import redirect_problems
from components.traffic.checks.whole.sidecars import sidecar_problems
from components.traffic.checks.whole.subsets import subset_problems
from components.traffic.checks.whole.telemetries import telemetry_problems
from components.traffic.model import TrafficModel

WHOLE: tuple[Callable[[TrafficModel], Iterator[Problem]], ...] = (
    collision_problems,
    gateway_problems,
    binding_problems,
    mesh_host_problems,
    gateway_host_problems,
    destination_problems,
    subset_problems,
    delegation_problems,
    delegated_problems,
    destination_rule_problems,
    entry_problems,
    sidecar_problems,
    attachment_problems,
    alpha_problems,
    grant_problems,
    telemetry_problems,
    redirect_problems,
    every_host_problems,
    *SECURITY,
)


def traffic_problems(settings: MeshSettings, wrong: Sequence[Path] = ()) -> list[Problem]:
    """Contradictions between objects of the stack; `wrong` are the paths of problems that were found before.

    An object that is refused already is not judged again, and nothing is missed that may be in one. While a setting
    that objects are made from is refused, only what the user wrote in its own field names is looked at.
    """
    model = traffic_model(settings, wrong)
    return [problem for one in WHOLE for problem in one(model)]
