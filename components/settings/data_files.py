"""Data that lies in YAML files beside modules."""

from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as FastLoader
else:
    # PyYAML is also there without libyaml, which reads ten times faster.
    FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def yaml_data(package: str | None, *path: str) -> Any:
    """What the YAML file at `path` below the folder of `package` holds, which is `__package__` of a module there."""
    return load_yaml(resources.files(package or "").joinpath(*path).read_text(encoding="utf-8"))


def load_yaml(text: str | bytes) -> Any:
    """The content of one YAML document of plain values, read by libyaml where PyYAML was built with it.

    Raises:
        yaml.YAMLError: it is not YAML, or asks for objects of Python.
    """
    return yaml.load(text, FastLoader)  # noqa: S506 - both are safe loaders
