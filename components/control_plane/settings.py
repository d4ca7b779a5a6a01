"""Settings of istiod."""

from components.settings.field_types import DnsLabel
from components.settings.workload import Workload


class ControlPlaneSettings(Workload):
    """One istiod: where it runs and how large it is."""

    namespace: DnsLabel = "istio-system"
    """The namespace of istiod, which is also Istio's root namespace for mesh-wide resources."""
