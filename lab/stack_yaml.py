"""Reads a stack file as YAML, and says what is wrong where it is not, or where readers would silently drop a part."""

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from components.settings.codes import Code, coded
from components.settings.wording import shown
from lab.errors import LabError

if TYPE_CHECKING:
    from yaml import SafeLoader as Fast
else:
    Fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RepeatedKeyError(yaml.YAMLError):
    """A map has a key twice, of which YAML readers keep the last one."""

    def __init__(self, key: str, first: int, second: int) -> None:
        self.key, self.first, self.second = key, first, second
        super().__init__(key)


def _refuse_repeated_keys(node: yaml.MappingNode) -> None:
    """Refuse a map of which a key stands there twice; `<<` may repeat what it brings in."""
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            name, line = str(key.value), key.start_mark.line + 1
            if name in lines and key.tag != "tag:yaml.org,2002:merge":
                raise RepeatedKeyError(name, lines[name], line)
            lines[name] = line


class _Readable(yaml.SafeLoader):
    """Written in Python: slow, but its errors say what was expected."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The map, if each of its keys is there once."""
        _refuse_repeated_keys(node)
        return super().construct_mapping(node, deep)


class _Fast(Fast):
    """Written in C, where PyYAML was built with it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The map, if each of its keys is there once."""
        _refuse_repeated_keys(node)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> object:
    """The content of a file with one YAML document.

    Raises:
        LabError: naming the line of what is not YAML, and of a key that is given twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        try:
            return yaml.load(text, _Fast)  # noqa: S506 - a safe loader
        except RepeatedKeyError:
            raise
        except yaml.YAMLError:
            return yaml.load(text, _Readable)  # noqa: S506 - a safe loader
    except UnicodeDecodeError:
        message, code = "is not text in UTF-8. Save it as such.", Code.NOT_YAML
    except RepeatedKeyError as error:
        message, code = _repeated(error), Code.REPEATED_KEY
    except yaml.YAMLError as error:
        message, code = _not_yaml(error), Code.NOT_YAML
    except RecursionError:
        message, code = "is nested too deeply. Correct the brackets.", Code.NOT_YAML
    raise LabError(coded(f"{path.name}: {message}", code))


def _repeated(error: RepeatedKeyError) -> str:
    where = f"in line {error.first} and again in line {error.second}"
    return f"the key {shown(error.key)} is given {where}, and one would be ignored. Keep one of them."


def _not_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f" at line {mark.line + 1}" if mark is not None else ""
    problem = str(getattr(error, "problem", None) or error)
    if problem == "but found another document":
        return f"holds a second document{line}. Keep one."
    fix = "Indent with spaces, not with tabs" if "'\\t'" in problem else "Correct that line"
    return f"is not YAML{line}: {problem}. {fix}."
