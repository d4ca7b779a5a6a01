"""Settings of the sidecars of one service."""

from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel
from components.settings.model import SettingsModel
from components.settings.workload import Resources


class WorkloadProxy(SettingsModel):
    """The sidecars of one service, as annotations and labels of its pods.

    Source: istio.io/latest/docs/reference/config/annotations and labels.
    """

    resources: Resources | None = None
    """CPU and memory of the sidecar; those of the mesh's `proxy.resources` when left out."""
    concurrency: Annotated[int, Field(ge=0, le=128)] | None = None
    """Worker threads of the sidecar; 0 for one for each core."""
    inject: bool | None = None
    """Whether the pods get a sidecar; what the namespace says when left out."""
    deployments: Annotated[tuple[DnsLabel, ...], Field(min_length=1)] | None = None
    """Deployments that the program writes this to by patch, which restarts their pods; printed only when left out."""
