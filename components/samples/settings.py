"""Settings of the sample applications."""

from components.samples.bookinfo.settings import BookinfoSettings
from components.settings.model import SettingsModel


class SamplesSettings(SettingsModel):
    """Sample applications; those left out are not deployed."""

    bookinfo: BookinfoSettings | None = None
    """Istio's Bookinfo."""
