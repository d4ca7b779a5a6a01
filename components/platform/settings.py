"""Settings of what the mesh is installed from, and onto."""

from typing import Annotated

from pydantic import Field

from components.settings.field_types import ChartVersion, HttpUrl, OciUrl, Text
from components.settings.model import SettingsModel

OFFICIAL_REPOSITORY = "https://istio-release.storage.googleapis.com/charts"
"""Where the Istio project publishes its charts (istio.io/latest/docs/setup/install/helm)."""


class ChartsSettings(SettingsModel):
    """Where the charts come from: one of three kinds of source; Istio's own repository when none is named."""

    repository: HttpUrl | None = None
    """A Helm repository, by its http:// or https:// address."""
    folder: Text | None = None
    """A folder with base-<version>.tgz, istiod-<version>.tgz and gateway-<version>.tgz, relative to the project."""
    oci: OciUrl | None = None
    """An OCI registry path that holds the charts base, istiod and gateway."""


class IstioSettings(SettingsModel):
    """Which Istio is installed, and from where."""

    version: Annotated[ChartVersion, Field(examples=["1.30.3"])]
    """The version of Istio and of its charts, in full: major.minor.patch."""
    charts: ChartsSettings = ChartsSettings()
    """The source of the charts."""


class ClusterSettings(SettingsModel):
    """Which cluster the stack is for."""

    context: Text | None = None
    """The context of the kubeconfig; its current context when left out. Production requires it."""
    kubeconfig: Text | None = None
    """A kubeconfig file, relative to the project or with '~'; KUBECONFIG or ~/.kube/config when left out."""
