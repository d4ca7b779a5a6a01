"""Settings of one object in its own field names."""

from typing import Annotated, Any

from pydantic import Field

from components.settings.field_types import DnsLabel, DnsName, LabelKey, LabelValue
from components.settings.model import SettingsModel


class ResourceMetadata(SettingsModel):
    """What the object is called, and where it lies."""

    name: Annotated[DnsName, Field(examples=["reviews"])]
    """The name of the object."""
    namespace: Annotated[DnsLabel | None, Field(examples=["bookinfo"])] = None
    """The namespace of the object: required for every kind but GatewayClass, for a stack file has no current one."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Labels; the program adds its own, but replaces none of these."""
    annotations: dict[LabelKey, str] = Field(default_factory=dict[str, str])
    """Annotations."""


class ResourceSettings(SettingsModel):
    """One object as people paste it from documentation."""

    api_version: Annotated[str, Field(examples=["networking.istio.io/v1"])]
    """Group and version. Every version that the kind was ever served at is taken; the newest one is deployed."""
    kind: Annotated[str, Field(examples=["VirtualService"])]
    """A kind of Istio or of the Gateway API."""
    metadata: Annotated[ResourceMetadata, Field(examples=[{"name": "reviews", "namespace": "bookinfo"}])]
    """Name and namespace."""
    spec: dict[str, Any] = Field(default_factory=dict[str, Any])
    """The object's own fields, in its own words; checked against the CRD of its kind."""
