"""Settings of istiod."""

from pydantic import Field

from components.settings.field_types import Cidr, DnsLabel, EnvName, LogLevels, Text
from components.settings.model import SettingsModel
from components.settings.scheduling import Scheduling
from components.settings.workload import Workload


class NetworkPolicySettings(SettingsModel):
    """A NetworkPolicy, which needs a network plugin that enforces it."""

    enabled: bool
    """Whether only istiod's own ports accept connections."""


class ControlPlaneSettings(Workload, Scheduling, defer_build=False):
    """One istiod: where it runs, how large it is, and how it works."""

    namespace: DnsLabel = "istio-system"
    """The namespace of istiod, which is also Istio's root namespace for mesh-wide resources."""
    env: dict[EnvName, Text] = Field(default_factory=dict[str, str])
    """Environment variables of istiod, such as PILOT_PUSH_THROTTLE and PILOT_DEBOUNCE_MAX; the values are text.

    What is nearly the name of one of istiod's is refused, and a value that istiod cannot read. Source:
    istio.io/latest/docs/reference/commands/pilot-discovery.
    """
    extra_args: tuple[Text, ...] = ()
    """Further arguments of istiod, such as --kubernetesApiQPS=100."""
    plaintext_xds: bool
    """Whether port 15010 serves configuration without TLS; false leaves it to processes within istiod's own pod.

    Sidecars and gateways use 15012. Only gRPC clients without a proxy of Istio's older template need 15010.
    """
    blocked_jwks_ranges: tuple[Cidr, ...] = ()
    """Ranges of addresses from which istiod does not fetch the keys of tokens (jwksUri), on whose behalf it may be.

    For Istio 1.28.6, 1.29.1 and newer; older versions do not know it, and nothing is blocked.
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
