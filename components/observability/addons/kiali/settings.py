"""Settings of Kiali."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from components.observability.addons.shared import ExternalAddon, InstalledAddon
from components.platform.settings import RawValues
from components.settings.field_types import Replicas
from components.settings.model import SettingsModel
from components.settings.workload import PodDisruptionBudget


class KialiStrategy(StrEnum):
    """How Kiali knows who somebody is (kiali.io/docs/configuration/authentication)."""

    ANONYMOUS = "anonymous"
    HEADER = "header"
    OPENID = "openid"
    TOKEN = "token"  # noqa: S105 - the name of a strategy


class KialiAuth(SettingsModel):
    """Who may use Kiali."""

    strategy: KialiStrategy
    """token takes a token of a ServiceAccount, whose rights then hold; production refuses anonymous."""
    openid: RawValues | None = None
    """For openid: client_id, issuer_uri and more, in Kiali's words. The secret of the client is not among them: Kiali
    reads it from the key `oidc-secret` of the Secret `kiali` in the addons' namespace.
    """


class InstalledKiali(InstalledAddon):
    """Kiali, connected with the Prometheus, Grafana and Jaeger of this mesh. Its signing key is made at random."""

    kind: Literal["installed"]
    """Whether the program installs it."""
    auth: KialiAuth
    """Who may use it."""
    view_only: bool
    """Whether it only shows the mesh, and has no right to change Istio's objects."""
    replicas: Replicas
    """How many run."""
    pod_disruption_budget: PodDisruptionBudget | None = None
    """The disruption budget; none when left out."""


KialiSettings = Annotated[InstalledKiali | ExternalAddon, Field(discriminator="kind")]
"""Kiali: installed, or somebody else's."""
