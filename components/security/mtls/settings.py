"""Settings of mutual TLS."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import Date, DnsLabel, LabelKey, LabelValue, Port, Text
from components.settings.model import SettingsModel


class MtlsMode(StrEnum):
    """What a workload accepts, in the words of Istio's PeerAuthentication."""

    STRICT = "STRICT"
    PERMISSIVE = "PERMISSIVE"
    DISABLE = "DISABLE"


class MtlsSelector(SettingsModel):
    """Which pods of a namespace are meant."""

    match_labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1, examples=[{"app": "legacy"}])]
    """Labels of the pods; all of them have to be there."""


class WorkloadMtls(SettingsModel):
    """Mutual TLS for some pods of a namespace, and for single ports of theirs."""

    selector: Annotated[MtlsSelector, Field(examples=[{"matchLabels": {"app": "legacy"}}])]
    """The pods."""
    mode: MtlsMode | None = None
    """What they accept; what holds for the namespace when left out."""
    ports: dict[Port, MtlsMode] = Field(default_factory=dict[int, MtlsMode])
    """What single ports of the pods (not of their Service) accept, by port."""
    reason: Text | None = None
    """Why plain text is accepted; production requires it, and it is written into the policy as an annotation."""
    until: Date | None = None
    """The last day on which it is accepted; a preview after it is refused. Left out where it is meant to stay."""


class NamespaceMtls(SettingsModel):
    """Mutual TLS for one namespace."""

    mode: MtlsMode | None = None
    """What its workloads accept; what holds for the whole mesh when left out."""
    workloads: dict[DnsLabel, WorkloadMtls] = Field(default_factory=dict[str, WorkloadMtls])
    """Policies for some of its pods, by the name of the policy."""
    reason: Text | None = None
    """Why plain text is accepted; production requires it, and it is written into the policy as an annotation."""
    until: Date | None = None
    """The last day on which it is accepted; a preview after it is refused. Left out where it is meant to stay."""


class MtlsSettings(SettingsModel):
    """Mutual TLS: for the whole mesh, and where something else holds. The narrower setting wins."""

    mode: MtlsMode
    """STRICT accepts mutual TLS only, PERMISSIVE plain text as well, DISABLE plain text only."""
    namespaces: dict[DnsLabel, NamespaceMtls] = Field(default_factory=dict[str, NamespaceMtls])
    """What holds in single namespaces, by name."""
