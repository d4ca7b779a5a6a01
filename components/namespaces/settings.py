"""Settings of a namespace that belongs to the mesh."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, LabelKey, LabelValue, Quantity
from components.settings.model import SettingsModel
from components.settings.workload import ResourceAmounts, Resources


class Injection(StrEnum):
    """Whether pods of a namespace get a sidecar, in the words of the label istio-injection."""

    ENABLED = "enabled"
    DISABLED = "disabled"


OWN_REVISION = "default"
"""What the webhooks of the stack's istiod take for its revision (chart istiod, templates/mutatingwebhook.yaml)."""


class InjectionRevision(SettingsModel):
    """Sidecars from one revision of istiod, in the words of the label istio.io/rev."""

    revision: Annotated[DnsLabel, Field(examples=["default"])]
    """The revision, or the tag that leads to one; the stack's own istiod has the revision default."""
    external: bool = False
    """Whether another istiod, which this stack does not install, has this revision."""


class PodSecurityLevel(StrEnum):
    """Levels of the Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards)."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


class PodSecurity(SettingsModel):
    """What pods of a namespace may do, in the words of Kubernetes' Pod Security admission."""

    enforce: PodSecurityLevel | None = None
    """Pods beyond this level are refused. Injected pods need privileged, unless Istio's CNI plugin is installed."""
    warn: PodSecurityLevel | None = None
    """Pods beyond this level are accepted with a warning to whoever creates them."""
    audit: PodSecurityLevel | None = None
    """Pods beyond this level are noted in the API server's audit log."""


class ContainerLimits(Resources):
    """What containers of a namespace get and may take (a LimitRange): requests and limits where they name none."""

    max: ResourceAmounts = ResourceAmounts.defaults()
    """The most that one container may ask for."""


class NamespaceSettings(SettingsModel, defer_build=False):
    """One namespace of the mesh."""

    create: bool = True
    """Whether the program creates it, and deletes it on destroy; false only adds labels to one that is there."""
    injection: Injection | InjectionRevision | None = None
    """Whether its pods get a sidecar: enabled, disabled, or {revision: NAME}; each pod says so itself when left out."""
    pod_security: PodSecurity = PodSecurity.defaults()
    """The Pod Security level of its pods; the cluster's own when left out."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Further labels of the namespace."""
    annotations: dict[LabelKey, str] = Field(default_factory=dict[str, str])
    """Annotations of the namespace; the values are text."""
    resource_quota: dict[LabelKey, Quantity] = Field(default_factory=dict[str, str])
    """What all its pods and objects may take together (ResourceQuota, spec.hard): `pods: "50"`, `limits.cpu: "20"`."""
    limits: ContainerLimits | None = None
    """Defaults and bounds for each container (LimitRange); none when left out."""
