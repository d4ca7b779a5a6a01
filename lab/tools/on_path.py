"""Tools that the user has on PATH: found, asked their version, taken where it does."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from lab.layout import OWN_BIN_MARKER
from lab.tools.catalog import Catalog
from lab.tools.model import Origin, Tool
from lab.tools.version import Version

_ASK_SECONDS = 10.0


def find_on_path(catalog: Catalog, names: Iterable[str], cache: Path) -> dict[str, Tool]:
    """Those of the named tools that are on PATH at a version that does, and perhaps some that go with them.

    Folders below `cache` and a lab's own folder of commands are passed over: a shell that uses the lab has them on
    PATH, and what they hold are our own tools.
    A tool that goes with another one (pulumi's language host) is taken with it, from its folder, or not at all.
    """
    path = _path_without(cache)
    asked = {rule.beside or name for name in names if (rule := catalog.tools[name].path)}
    with ThreadPoolExecutor() as pool:
        found = {tool.name: tool for tool in pool.map(partial(_ask, catalog, path), asked) if tool}
    return _with_companions(catalog, found)


def _ask(catalog: Catalog, path: str, name: str) -> Tool | None:
    program, rule = shutil.which(name, path=path), catalog.tools[name].path
    if program is None or rule is None:
        return None
    version = _printed_version(program, rule.ask)
    if version and version.does_for(catalog.versions[catalog.tools[name].product], rule.accept):
        return Tool(name, str(version), Path(program), Origin.PATH)
    return None


def _printed_version(program: str, arguments: tuple[str, ...]) -> Version | None:
    """The version that a program prints; None where it does not start, fails or takes longer than 10 s."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Version.find(done.stdout + done.stderr) if done.returncode == 0 else None


def _with_companions(catalog: Catalog, found: Mapping[str, Tool]) -> dict[str, Tool]:
    result = dict(found)
    companions = {name: rule.beside for name, entry in catalog.tools.items() if (rule := entry.path) and rule.beside}
    for leader in set(companions.values()) & set(found):
        folder = found[leader].path.parent
        names = [name for name, beside in companions.items() if beside == leader]
        if all(shutil.which(name, path=str(folder)) for name in names):
            result |= {name: Tool(name, found[leader].version, folder / name, Origin.PATH) for name in names}
        else:
            del result[leader]
    return result


def _path_without(cache: Path) -> str:
    """PATH without the folders below `cache` and those that a lab made."""
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    foreign = (folder for folder in folders if not (folder / OWN_BIN_MARKER).exists())
    return os.pathsep.join(str(folder) for folder in foreign if not folder.resolve().is_relative_to(cache.resolve()))
