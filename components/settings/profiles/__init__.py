"""Profiles: the defaults of a kind of environment, each a data file beside this module."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

import yaml


class Profile(StrEnum):
    """The kinds of environment that a stack chooses from."""

    DEMO = "demo"
    PRODUCTION = "production"


@cache
def profile_defaults(profile: Profile) -> Mapping[str, object]:
    """The defaults that `profile` puts under a stack's own settings, in the stack file's own words."""
    text = resources.files(__name__).joinpath(f"{profile.value}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
