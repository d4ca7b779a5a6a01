"""Profiles: the defaults of a kind of environment, each a data file beside this module."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from components.settings.data_files import yaml_data


class Profile(StrEnum):
    """The kinds of environment that a stack chooses from."""

    DEMO = "demo"
    PRODUCTION = "production"


@cache
def profile_defaults(profile: Profile) -> Mapping[str, object]:
    """The defaults that `profile` puts under a stack's own settings, in the stack file's own words."""
    return yaml_data(__name__, f"{profile.value}.yaml")
