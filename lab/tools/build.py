"""Building the programs of one family with one `go build`: they share compiled packages and link side by side."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab.tools.catalog import Catalog, Family, FromGo, Overlay
from lab.tools.go import Go

_MAJOR_VERSION = re.compile(r"/v\d+$")


def build_programs(
    catalog: Catalog, family: Family, programs: Mapping[str, FromGo], go: Go, folder: Path
) -> dict[str, Path]:
    """Build the named programs of one family into `folder`; the executables by tool.

    Raises:
        ToolError: the build failed.
        StoppedError: the run was stopped.
    """
    output = folder / "built"
    output.mkdir()
    go.run(
        "build",
        "-mod=readonly",
        "-buildvcs=false",
        "-trimpath",
        *_flags(catalog, family),
        *(_overlay_flag(catalog, family.overlay, go, folder) if family.overlay else ()),
        "-o",
        f"{output}/",
        *(program.package for program in programs.values()),
    )
    return {name: output / _file_name(program.package) for name, program in programs.items()}


def load_packages(programs: Mapping[str, FromGo], go: Go) -> None:
    """Let go download the modules of the programs, so that the network works while another family is compiled.

    Raises:
        ToolError: a module cannot be downloaded.
        StoppedError: the run was stopped.
    """
    # The overlaid files are not there, which is an error of the package (-e) that does not matter for its imports.
    go.run("list", "-mod=readonly", "-e", "-deps", "-f", "", *(program.package for program in programs.values()))


def module_folder(go: Go, module: str) -> Path:
    """The folder of one module that the family uses, downloaded if it must be.

    Raises:
        ToolError: the module cannot be downloaded.
        StoppedError: the run was stopped.
    """
    return Path(json.loads(go.run("mod", "download", "-json", module))["Dir"])


def _file_name(package: str) -> str:
    """What `go build` calls a program: the last element of its import path that is not a version (go help build)."""
    return _MAJOR_VERSION.sub("", package).rpartition("/")[2]


def _flags(catalog: Catalog, family: Family) -> list[str]:
    # Nobody debugs the tools: without debug data they compile and link faster.
    ldflags = " ".join(("-s", "-w", *family.ldflags)).format_map(catalog.versions)
    tags = [f"-tags={','.join(family.tags)}"] if family.tags else []
    return [*tags, "-gcflags=all=-dwarf=false", f"-ldflags={ldflags}"]


def _overlay_flag(catalog: Catalog, overlay: Overlay, go: Go, folder: Path) -> list[str]:
    source = module_folder(go, overlay.module)
    replace: dict[str, str] = {}
    for number, (original, place) in enumerate(overlay.files.items()):
        content: dict[str, Any] = json.loads((source / original).read_text())
        settings = overlay.set.get(original, {})
        content |= {key: value.format_map(catalog.versions) for key, value in settings.items()}
        made = folder / f"overlay-{number}.json"
        made.write_text(json.dumps(content, separators=(",", ":")))
        replace[str(go.folder / place)] = str(made)
    listing = folder / "overlay.json"
    listing.write_text(json.dumps({"Replace": replace}))
    return ["-overlay", str(listing)]
