"""Settings of what the mesh is installed from, and onto."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue

from components.settings.field_types import ChartVersion, DnsName, HttpUrl, ImageHub, MinorVersion, OciUrl, Text
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
    locked: bool = True
    """Whether the charts have to be those of charts.lock.yaml, where the project has that file."""


class ImageVariant(StrEnum):
    """What the images hold beside Istio."""

    DEBUG = "debug"
    DISTROLESS = "distroless"


class ImagePullPolicy(StrEnum):
    """When a node fetches an image."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class KubernetesPlatform(StrEnum):
    """Kubernetes distributions for which Istio's charts have values of their own (files/profile-platform-*.yaml)."""

    GKE = "gke"
    K3D = "k3d"
    K3S = "k3s"
    MICROK8S = "microk8s"
    MINIKUBE = "minikube"
    OPENSHIFT = "openshift"


RawValues = dict[Text, JsonValue]
"""Helm values in the chart's own words."""


class ExtraValues(SettingsModel, defer_build=False):
    """Helm values without a setting of their own. They come last, and cannot replace what a setting decides."""

    base: RawValues = Field(default_factory=dict[str, JsonValue])
    """Values of the chart base."""
    istiod: RawValues = Field(default_factory=dict[str, JsonValue])
    """Values of the chart istiod."""
    gateway: RawValues = Field(default_factory=dict[str, JsonValue])
    """Values of the chart gateway, for every gateway."""


class IstioSettings(SettingsModel):
    """Which Istio is installed, and from where."""

    version: Annotated[ChartVersion, Field(examples=["1.30.3"])]
    """The version of Istio and of its charts, in full: major.minor.patch."""
    charts: ChartsSettings = ChartsSettings.defaults()
    """The source of the charts."""
    atomic: bool = True
    """Whether a release that is not ready within 600 s is taken back, by Helm's --atomic: rolled back, or uninstalled.

    Without it Helm does not wait. The program then waits for the pods itself, is done sooner, and leaves what does not
    start to be looked at. While an upgrade hangs, the pods before it go on serving. Interrupted meanwhile, it leaves no
    release locked (`pending-upgrade`).
    """
    hub: ImageHub | None = None
    """The registry and path of Istio's images; where Istio publishes them when left out."""
    variant: ImageVariant | None = None
    """distroless holds nothing but Istio, debug tools and a shell as well, and so does Istio's default when left out.

    Production takes distroless only.
    """
    image_pull_policy: ImagePullPolicy | None = None
    """When nodes fetch images, also those of sidecars; Kubernetes' default when left out."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Names of Secrets with access to the registry; they have to be in the namespaces of istiod and gateways."""
    compatibility_version: MinorVersion | None = None
    """An earlier minor version of Istio, quoted, whose behaviour is kept where a newer one changed it."""
    platform: KubernetesPlatform | None = None
    """The distribution of Kubernetes. openshift needs Istio's CNI plugin, which this program does not install.

    Once the plugin is there, say so with `istio.extraValues.istiod.cni.enabled: true`.
    """
    extra_values: ExtraValues = ExtraValues.defaults()
    """Helm values without a setting of their own, by chart. base and istiod ignore a misspelt one in silence."""


class ClusterSettings(SettingsModel):
    """Which cluster the stack is for."""

    context: Text | None = None
    """The context of the kubeconfig; its current context when left out. Production requires it."""
    kubeconfig: Text | None = None
    """A kubeconfig file, relative to the project or with '~'; KUBECONFIG or ~/.kube/config when left out."""
