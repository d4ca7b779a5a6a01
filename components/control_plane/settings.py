"""Settings of istiod."""

from pydantic import Field

from components.settings.field_types import DnsLabel, EnvName, LogLevels, Text
from components.settings.model import SettingsModel
from components.settings.scheduling import Scheduling
from components.settings.workload import Workload


class NetworkPolicySettings(SettingsModel):
    """A NetworkPolicy, which needs a network plugin that enforces it."""

    enabled: bool
    """Whether only istiod's own ports accept connections."""


class ControlPlaneSettings(Workload, Scheduling):
    """One istiod: where it runs, how large it is, and how it works."""

    namespace: DnsLabel = "istio-system"
    """The namespace of istiod, which is also Istio's root namespace for mesh-wide resources."""
    env: dict[EnvName, Text] = Field(default_factory=dict[str, str])
    """Environment variables of istiod, such as PILOT_PUSH_THROTTLE and PILOT_DEBOUNCE_MAX; the values are text.

    Source: istio.io/latest/docs/reference/commands/pilot-discovery.
    """
    log_level: LogLevels | None = None
    """Log levels by scope, of istiod and of the agents beside Envoy; default:info when left out."""
    log_as_json: bool | None = None
    """Whether istiod and the agents log JSON; false when left out."""
    network_policy: NetworkPolicySettings | None = None
    """The NetworkPolicy of istiod; none when left out."""
    trust_bundle_namespaces: tuple[DnsLabel, ...] = ("default", "kube-system")
    """Namespaces of others in which istiod's trust bundles are removed when its own namespace is.

    istiod writes a trust bundle into every namespace. Leave out a namespace that the deploying user may not write to,
    such as kube-system where a provider guards it.
    """
