"""Settings of the Bookinfo sample."""

from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, Host, ReleaseName
from components.settings.model import SettingsModel


class BookinfoSettings(SettingsModel):
    """Where Bookinfo runs and through which gateway it is reached."""

    namespace: Annotated[DnsLabel, Field(examples=["bookinfo"])]
    """A namespace of `namespaces` with injection enabled."""
    gateway: Annotated[ReleaseName, Field(examples=["ingressgateway"])]
    """A gateway of `gateways` that routes to it."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, examples=[["*"]])]
    """The hosts under which it is reached; each has to be served by the gateway."""
