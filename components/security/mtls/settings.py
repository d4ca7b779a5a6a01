"""Settings of mutual TLS."""

from enum import StrEnum

from components.settings.model import SettingsModel


class MtlsMode(StrEnum):
    """What a workload accepts, in the words of Istio's PeerAuthentication."""

    STRICT = "STRICT"
    PERMISSIVE = "PERMISSIVE"
    DISABLE = "DISABLE"


class MtlsSettings(SettingsModel):
    """Mutual TLS for the whole mesh."""

    mode: MtlsMode
    """STRICT accepts mutual TLS only, PERMISSIVE plain text as well, DISABLE plain text only."""
