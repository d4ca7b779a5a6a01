"""Reads Bookinfo's data files."""

from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import Field

from components.settings.data_files import yaml_data
from components.settings.model import SettingsModel


class Application(SettingsModel):
    """One application of Bookinfo."""

    versions: tuple[str, ...]
    requests: dict[str, str]
    writable: dict[str, str] = Field(default_factory=dict[str, str])
    """Volumes by name with the folder that the application writes to."""
    environment: dict[str, str] = Field(default_factory=dict[str, str])
    annotations: dict[str, str] = Field(default_factory=dict[str, str])


class Catalog(SettingsModel):
    """All applications of Bookinfo."""

    image: str
    port: int
    applications: dict[str, Application]


@cache
def bookinfo_catalog() -> Catalog:
    """The applications of workloads.yaml."""
    return Catalog.model_validate(_data("workloads.yaml"), strict=False)


def bookinfo_routes() -> dict[str, Any]:
    """The parts of routes.yaml, a fresh copy for each caller."""
    return deepcopy(_data("routes.yaml"))


@cache
def _data(file: str) -> dict[str, Any]:
    return yaml_data(__package__, file)
