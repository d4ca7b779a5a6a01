"""What the settings of several addons have in common."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from components.observability.addons.logins import Login
from components.platform.settings import RawValues
from components.settings.field_types import AddonUrl, ChartVersion, DnsName, LabelKey, LabelValue, Memory
from components.settings.model import SettingsModel
from components.settings.scheduling import Toleration
from components.settings.workload import Resources


class Persistence(SettingsModel):
    """A volume for data that outlives a pod."""

    size: Annotated[Memory, Field(examples=["20Gi"])]
    """How much is asked for, as a whole number with a unit: '20Gi'."""
    storage_class_name: DnsName | None = None
    """The StorageClass of the volume; the cluster's default one when left out, and a preview looks for it."""


class InstalledAddon(SettingsModel):
    """What every addon that the program installs has."""

    chart_version: ChartVersion | None = None
    """Another version of the chart than the one that the program was tested with, in full."""
    resources: Resources = Resources.defaults()
    """CPU and memory; what is left out keeps the chart's default."""
    node_selector: dict[LabelKey, LabelValue] | None = None
    """Labels that a node needs to have."""
    tolerations: tuple[Toleration, ...] | None = None
    """Taints of nodes that do not keep the pods away."""
    extra_values: RawValues = Field(default_factory=dict[str, JsonValue])
    """Helm values without a setting of their own. They come last, and cannot replace what a setting decides."""


class ExternalAddon(SettingsModel):
    """An addon that somebody else runs. The program installs nothing, and connects the others with it."""

    kind: Literal["external"]
    """Whether the program installs it."""
    url: Annotated[AddonUrl, Field(examples=["https://prometheus.example.com"])]
    """The address, with http:// or https://, as it is reached from where it is used."""


class ExternalSource(ExternalAddon):
    """An addon of somebody else that others ask; `url` is its address in a browser."""

    internal_url: AddonUrl | None = None
    """The address at which pods of the mesh's addons reach it; the same as `url` when left out."""
    login: Login | None = None
    """How they sign in, by a Secret of the addons' namespace; as nobody when left out."""


def placement(addon: InstalledAddon) -> dict[str, object]:
    """Where the pods of an addon run, in the words of a pod; None for what is left out."""
    given = addon.model_dump(by_alias=True, exclude_none=True, mode="json", include={"node_selector", "tolerations"})
    return {"nodeSelector": given.get("nodeSelector"), "tolerations": given.get("tolerations")}
