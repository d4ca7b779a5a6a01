"""The catalogue of tools: catalog.yaml, validated."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from components.settings.data_files import load_yaml
from lab.tools.machine import Machine
from lab.tools.version import Version

_FILE = Path(__file__).with_name("catalog.yaml")

Url = Annotated[str, StringConstraints(pattern=r"^(https://|http://127\.0\.0\.1[:/])")]


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class OnPath(_Entry):
    """How a tool on PATH is asked its version, and which answers do."""

    ask: tuple[str, ...] = Field(default=(), strict=False)
    """Arguments that make the program print its version; none where it comes with another tool, see `beside`."""
    accept: Literal["exact", "patch", "next-minor", "minor"] = "exact"
    beside: str | None = None
    """The tool in whose folder it must lie: it is accepted with that tool or not at all."""

    @model_validator(mode="after")
    def _has_one_criterion(self) -> Self:
        if bool(self.ask) == bool(self.beside):
            raise ValueError("give either 'ask' or 'beside'")
        return self


class Release(_Entry):
    """A publisher's download. Placeholders: {version}, {os}, {arch}, {tool}, {archive}."""

    url: Url
    checksums: Url
    """The publisher's checksum file: lines of checksum and file name, or the checksum alone."""
    os: dict[str, str] = {}
    """The publisher's names of operating systems, where they are not Go's."""
    arch: dict[str, str] = {}
    archive: dict[str, str] = {}
    """File name ending by operating system, for {archive}."""
    systems: tuple[str, ...] = Field(default=("linux", "darwin"), strict=False)
    """Operating systems that the publisher offers it for."""

    def fill(self, template: str, tool: str, version: str, machine: Machine) -> str:
        """One of the two URLs for one tool on one machine."""
        return template.format(
            tool=tool,
            version=version,
            os=self.os.get(machine.os, machine.os),
            arch=self.arch.get(machine.arch, machine.arch),
            archive=self.archive.get(machine.os, ""),
        )


class FromRelease(_Entry):
    """Which file of which release a tool is."""

    name: str
    member: str | None = None
    """Path of a file, or of a folder of a tar archive, with the placeholders of the URLs; None where the download is
    the program itself."""


class FromGo(_Entry):
    """A program built with Go."""

    kind: Literal["go"]
    package: str
    """Import path, or ./folder for a program of this project."""
    own_sources: tuple[str, ...] = Field(default=(), strict=False)
    """Folders below lab/go whose content is part of the version: programs of this project."""
    builtin: bool = False
    """True where the program is this project's own and not a publisher's."""


class FromModule(_Entry):
    """A file or folder of a Go module, copied."""

    kind: Literal["module"]
    module: str
    path: str


class FromWheel(_Entry):
    """A file of a wheel on the Python package index."""

    kind: Literal["wheel"]
    package: str
    member: str


class ToolEntry(_Entry):
    """One tool: its version and the ways to get it."""

    product: str
    """Key of `products`, which holds the version."""
    family: str
    """Key of `families`: tools that are fetched together."""
    path: OnPath | None = None
    release: FromRelease | None = None
    link: bool = True
    """Whether the folder for PATH has a link to it."""
    source: Annotated[FromGo | FromModule | FromWheel, Field(discriminator="kind")]
    """Where it comes from when neither PATH nor the cache nor the publisher has it."""


class Overlay(_Entry):
    """Files that upstream generates at release time, made at build time from files of a Go module."""

    module: str
    files: dict[str, str]
    """Path in the family's folder, by path in the module."""
    set: dict[str, dict[str, str]] = {}
    """JSON keys that are set on the way, by path in the module; values with {product} placeholders."""


class Family(_Entry):
    """Tools that are built by one Go module, or fetched by one download."""

    folder: str | None = None
    """Folder below lab/go; None where nothing is built."""
    minutes: float
    """How long it usually takes on 2 cores."""
    size_gb: float
    """Size of its tools in the cache, in 10^9 bytes."""
    build_gb: float = 0
    """What a build adds to Go's cache of compiled packages, in 10^9 bytes."""
    modules_gb: float = 0
    """What a build adds to Go's cache of modules, in 10^9 bytes."""
    tags: tuple[str, ...] = Field(default=(), strict=False)
    """Go's build tags."""
    ldflags: tuple[str, ...] = Field(default=(), strict=False)
    """With placeholders {product}, {product.major}, {product.minor}."""
    overlay: Overlay | None = None


class Catalog(_Entry):
    """Everything that catalog.yaml says."""

    go: str
    """The oldest Go that builds, as MAJOR.MINOR."""
    products: dict[str, str]
    """Versions by product."""
    families: dict[str, Family]
    releases: dict[str, Release]
    tools: dict[str, ToolEntry]

    @model_validator(mode="after")
    def _refers_to_what_there_is(self) -> Self:
        for name, tool in self.tools.items():
            for key, table in (("product", self.products), ("family", self.families)):
                if getattr(tool, key) not in table:
                    raise ValueError(f"tools.{name}.{key}: {getattr(tool, key)!r} is not defined")
            if tool.release and tool.release.name not in self.releases:
                raise ValueError(f"tools.{name}.release.name: {tool.release.name!r} is not defined")
            if tool.path and tool.path.beside and tool.path.beside not in self.tools:
                raise ValueError(f"tools.{name}.path.beside: {tool.path.beside!r} is not defined")
        return self

    @cached_property
    def versions(self) -> dict[str, Version]:
        """Product versions as values for the placeholders of ldflags."""
        return {name: Version.parse(text) for name, text in self.products.items()}

    def tools_of(self, family: str) -> list[str]:
        """The names of a family's tools."""
        return [name for name, tool in self.tools.items() if tool.family == family]


def load_catalog(file: Path = _FILE) -> Catalog:
    """Read and validate the catalogue.

    Raises:
        pydantic.ValidationError: the file, which is part of this project, is wrong.
    """
    return Catalog.model_validate(load_yaml(file.read_text()))
