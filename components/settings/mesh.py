"""The root of the stack file: everything below `mesh`."""

from typing import Annotated

from pydantic import Field

from components.control_plane.settings import ControlPlaneSettings
from components.gateways.settings import GatewaySettings
from components.namespaces.settings import NamespaceSettings
from components.platform.settings import ClusterSettings, IstioSettings
from components.samples.settings import SamplesSettings
from components.security.mtls.settings import MtlsSettings
from components.settings.field_types import DnsLabel, ReleaseName
from components.settings.model import SettingsModel
from components.settings.profiles import Profile


class MeshSettings(SettingsModel):
    """One whole mesh, with its profile's defaults already merged in.

    Values that a profile owns have no default here, so that there is one place where each of them is written.
    """

    profile: Annotated[Profile, Field(examples=["demo"])]
    """The kind of environment: demo or production."""
    istio: Annotated[IstioSettings, Field(examples=[{"version": "1.30.3"}])]
    """Which Istio is installed, and from where."""
    cluster: ClusterSettings = ClusterSettings()
    """Which cluster the stack is for."""
    namespaces: dict[DnsLabel, NamespaceSettings] = Field(default_factory=dict[str, NamespaceSettings])
    """Namespaces that the program creates, by name."""
    control_plane: ControlPlaneSettings
    """istiod."""
    mtls: MtlsSettings
    """Mutual TLS for the whole mesh."""
    gateways: dict[ReleaseName, GatewaySettings] = Field(default_factory=dict[str, GatewaySettings])
    """Gateways by name."""
    samples: SamplesSettings = SamplesSettings()
    """Sample applications."""
