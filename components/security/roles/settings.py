"""Settings of the roles."""

from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, ReleaseName, Text
from components.settings.model import SettingsModel

Groups = Annotated[tuple[Text, ...], Field(min_length=1)]
"""Groups as the cluster's authentication tells them, such as `platform-team` or `oidc:platform-team`."""


class ViewerSettings(SettingsModel):
    """Who may look at the mesh."""

    everywhere: Groups | None = None
    """Groups that may look at all namespaces."""
    namespaces: dict[DnsLabel, Groups] = Field(default_factory=dict[str, tuple[str, ...]])
    """Groups that may look at single namespaces, by name."""


class RolesSettings(SettingsModel):
    """Who may do what with the mesh, by groups. The matrix of rights is in docs/roles.md."""

    groups: Groups | None = None
    """The groups that there are. With them, every other name below is refused as a mistake."""
    mesh_admin: Groups | None = None
    """Groups that may change every object of Istio and of the Gateway API, in all namespaces."""
    gateway_owner: dict[ReleaseName, Groups] = Field(default_factory=dict[str, tuple[str, ...]])
    """Groups that own a gateway of `gateways`, by its name: its ports, its routes and who may use it."""
    application_team: dict[DnsLabel, Groups] = Field(default_factory=dict[str, tuple[str, ...]])
    """Groups that own the services of a namespace, by its name: their routes and who may call them."""
    viewer: ViewerSettings = ViewerSettings.defaults()
    """Groups that may look at everything but Secrets and logs."""
    aggregate: bool = False
    """Whether Kubernetes' own roles get these rights as well: `view` those of a viewer, `edit` those of a team."""

    @property
    def given(self) -> bool:
        """Whether anybody has any role."""
        bound = self.mesh_admin or self.gateway_owner or self.application_team
        return bool(bound or self.viewer.everywhere or self.viewer.namespaces or self.aggregate)
