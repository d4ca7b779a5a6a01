"""Settings of istiod."""

from components.settings.field_types import DnsLabel
from components.settings.workload import Workload


class ControlPlaneSettings(Workload):
    """One istiod: where it runs and how large it is."""

    namespace: DnsLabel = "istio-system"
    """The namespace of istiod, which is also Istio's root namespace for mesh-wide resources."""
    trust_bundle_namespaces: tuple[DnsLabel, ...] = ("default", "kube-system")
    """Namespaces of others in which istiod's trust bundles are removed when its own namespace is.

    istiod writes a trust bundle into every namespace. Leave out a namespace that the deploying user may not write to,
    such as kube-system where a provider guards it.
    """
