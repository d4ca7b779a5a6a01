"""Tables of test rows, which are long: read with libyaml, which takes a tenth of the time, and once in a process."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as Loader
else:
    Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def document(path: Path) -> Any:
    """The content of a YAML file that no test writes; shared, so change only copies of it."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a safe loader
