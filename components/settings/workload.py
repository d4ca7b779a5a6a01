"""Settings that every deployment of the mesh shares: how many replicas, how much of a node, what a drain may take."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from components.settings.field_types import Cpu, Memory, Percent, Replicas
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem


class ResourceAmounts(SettingsModel):
    """CPU and memory of one container."""

    cpu: Cpu | None = None
    """Cores ('2', '0.5') or thousandths of a core ('500m')."""
    memory: Memory | None = None
    """A whole number with its unit: '512Mi', '2Gi'."""


class Resources(SettingsModel, defer_build=False):
    """What one container asks for and what it may take at most."""

    requests: ResourceAmounts = ResourceAmounts.defaults()
    """What the scheduler reserves on a node."""
    limits: ResourceAmounts = ResourceAmounts.defaults()
    """What the container may take at most."""


class Autoscaling(SettingsModel):
    """A HorizontalPodAutoscaler. It needs metrics-server, or another source of the resource metrics API."""

    enabled: bool
    """Whether the autoscaler, and not replicaCount, decides how many replicas run."""
    min_replicas: Replicas
    """The smallest number of replicas."""
    max_replicas: Replicas
    """The largest number of replicas."""
    target_cpu_utilization_percentage: Annotated[Percent, Field(alias="targetCPUUtilizationPercentage")]
    """Mean use of the requested CPU, in percent, above which replicas are added."""


class PodDisruptionBudget(SettingsModel):
    """How many replicas a node drain has to leave running. The charts render it for two replicas and more."""

    min_available: Replicas
    """Replicas that stay available while nodes are drained."""


class Workload(SettingsModel):
    """The scale and size of one deployment."""

    replica_count: Replicas | None = None
    """A fixed number of replicas, for autoscaling.enabled false; 1 when left out."""
    autoscaling: Autoscaling
    """The autoscaler of the deployment."""
    pod_disruption_budget: PodDisruptionBudget | None = None
    """The disruption budget; none when left out."""
    resources: Resources = Resources.defaults()
    """CPU and memory; what is left out keeps the chart's default."""

    @property
    def smallest_scale(self) -> int:
        """The number of replicas that is guaranteed to run."""
        return self.autoscaling.min_replicas if self.autoscaling.enabled else self.replica_count or 1


def workload_problems(workload: Workload, path: Path) -> Iterator[Problem]:
    """Contradictions between the fields of one workload.

    The charts ignore replicaCount beside an autoscaler (templates/autoscale.yaml, hpa.yaml of Istio 1.29), and a budget
    that needs every replica blocks each node drain for good (kubernetes.io/docs/tasks/run-application/configure-pdb).
    """
    scaling = workload.autoscaling
    if scaling.enabled and workload.replica_count is not None:
        yield Problem(
            (*path, "replicaCount"),
            f"{workload.replica_count} has no effect while autoscaling.enabled is true",
            "Remove replicaCount, or set autoscaling.enabled to false",
        )
    if scaling.enabled and scaling.min_replicas > scaling.max_replicas:
        yield Problem(
            (*path, "autoscaling", "minReplicas"),
            f"{scaling.min_replicas} is above maxReplicas ({scaling.max_replicas})",
            "Raise maxReplicas or lower minReplicas",
        )
    budget = workload.pod_disruption_budget
    if budget and budget.min_available >= workload.smallest_scale:
        yield Problem(
            (*path, "podDisruptionBudget", "minAvailable"),
            f"{budget.min_available} of at least {workload.smallest_scale} replicas would block every node drain",
            "Keep it below the smallest number of replicas",
        )
    yield from resource_problems(workload.resources, (*path, "resources"))


def resource_problems(resources: Resources, path: Path) -> Iterator[Problem]:
    """Requests above their limits."""
    pairs = (
        ("cpu", resources.requests.cpu, resources.limits.cpu),
        ("memory", resources.requests.memory, resources.limits.memory),
    )
    for name, request, limit in pairs:
        if request and limit and quantity(request) > quantity(limit):
            yield Problem(
                (*path, "requests", name),
                f"'{request}' is above the limit '{limit}'; Kubernetes refuses such a pod",
                f"Raise limits.{name} or lower requests.{name}",
            )


_UNITS = {"m": 1e-3, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def quantity(text: str) -> float:
    """A Cpu or Memory text as a number of cores or bytes."""
    number = text.rstrip("KMGTikm")
    return float(number) * _UNITS.get(text[len(number) :], 1)
