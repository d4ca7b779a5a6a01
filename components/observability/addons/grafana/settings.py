"""Settings of Grafana."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from components.observability.addons.shared import ExternalSource, InstalledAddon, Persistence
from components.settings.field_types import AddonUrl, DnsName, Replicas, SecretKey, Text
from components.settings.model import SettingsModel
from components.settings.workload import PodDisruptionBudget


class DatabaseType(StrEnum):
    """Databases that several Grafanas can share (grafana.com/docs, "Set up Grafana for high availability")."""

    POSTGRES = "postgres"
    MYSQL = "mysql"


class PasswordSecret(SettingsModel):
    """A key of a Secret that somebody else keeps in the addons' namespace."""

    name: Annotated[DnsName, Field(examples=["grafana-database"])]
    """The name of the Secret."""
    key: SecretKey = "password"
    """The key of the Secret that holds the password."""


class GrafanaDatabase(SettingsModel):
    """A database for users, sessions and preferences, which several replicas share."""

    type: DatabaseType
    """postgres or mysql."""
    host: Annotated[Text, Field(examples=["postgres.example.com:5432"])]
    """Host and port."""
    name: Text = "grafana"
    """The name of the database."""
    user: Text = "grafana"
    """The user of the database."""
    password_secret: Annotated[PasswordSecret, Field(examples=[{"name": "grafana-database"}])]
    """The Secret with the password of that user."""


class InstalledGrafana(InstalledAddon):
    """Grafana, with the installed or external Prometheus, Alertmanager and Jaeger as data sources.

    Dashboards are ConfigMaps of the addons' namespace with the label `grafana_dashboard: "1"`; Grafana reads no other
    namespace. The password of `admin` is made at random; `./mesh dashboard grafana --login` shows it.
    """

    kind: Literal["installed"]
    """Whether the program installs it."""
    url: AddonUrl | None = None
    """Its address in a browser, where something of yours leads there, such as a route; Kiali links to it."""
    anonymous: bool = False
    """Whether everybody may look without a login; production refuses it."""
    replicas: Replicas
    """How many run; more than one needs `database`."""
    persistence: Persistence | None = None
    """A volume for users, sessions and preferences; they are lost with the pod when left out."""
    database: GrafanaDatabase | None = None
    """A database in place of the volume."""
    pod_disruption_budget: PodDisruptionBudget | None = None
    """The disruption budget; none when left out."""


class ExternalGrafana(ExternalSource):
    """A Grafana that somebody else runs. Kiali links to `url`, and looks for dashboards at `internalUrl`."""


GrafanaSettings = Annotated[InstalledGrafana | ExternalGrafana, Field(discriminator="kind")]
"""Grafana: installed, or somebody else's."""
