"""Finds the cluster of a stack in the kubeconfig, by kubectl's rules."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from components.platform.settings import ClusterSettings
from components.settings.codes import Code
from components.settings.data_files import load_yaml
from components.settings.problems import Path as SettingsPath
from components.settings.problems import Problem

START_A_CLUSTER = "Start a cluster, for example the lab with `./mesh lab up`"


class ClusterError(Exception):
    """The cluster of the stack cannot be found or used."""

    def __init__(self, path: SettingsPath, rule: str, fix: str, code: Code | None = None) -> None:
        self.problem = Problem(path, rule, fix, code)
        super().__init__(rule)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The content of a named entry of a kubeconfig, and the folder to which its paths are relative."""

    values: Mapping[str, object]
    folder: Path

    def text(self, key: str) -> str | None:
        """The text under `key`; None when there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) and value else None


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """The cluster of the stack: its address and how to sign in."""

    context: str
    server: str
    cluster: Entry
    user: Entry
    kubeconfig: str
    """The file or files that were read, for messages."""
    configured_kubeconfig: str | None
    """The kubeconfig that the stack itself names, as it is written there."""


def resolve_cluster(settings: ClusterSettings, environment: Mapping[str, str] = os.environ) -> ClusterAccess:
    """The cluster that the stack's context names, or the current context.

    Looks at the kubeconfig of the settings, else at the files of KUBECONFIG, else at ~/.kube/config; of several files
    the first that defines a name wins, as for kubectl.

    Raises:
        ClusterError: when a file or an entry is missing or malformed.
    """
    files = _files(settings, environment)
    documents = [(path.parent, _read(path, settings)) for path in files]
    where = ", ".join(str(path) for path in files)
    context = settings.context or _current_context(documents)
    if context is None:
        raise ClusterError(
            ("cluster", "context"), f"{where} has no current context", "Name a context here", Code.CONTEXT_UNKNOWN
        )
    chosen = _entry(documents, "contexts", "context", context)
    if chosen is None:
        known = ", ".join(sorted(_names(documents, "contexts"))) or "none"
        raise ClusterError(
            ("cluster", "context"),
            f"there is no context '{context}' in {where}, which has: {known}",
            "Choose one of these, or add it to the kubeconfig",
            Code.CONTEXT_UNKNOWN,
        )
    cluster = _entry(documents, "clusters", "cluster", chosen.text("cluster") or "")
    server = cluster.text("server") if cluster else None
    if cluster is None or server is None:
        raise ClusterError(
            ("cluster", "context"),
            f"the cluster '{chosen.text('cluster') or ''}' of context '{context}' has no server in {where}",
            "Correct the kubeconfig: `kubectl config view` shows it",
            Code.KUBECONFIG_UNUSABLE,
        )
    return ClusterAccess(
        context=context,
        server=server.rstrip("/"),
        cluster=cluster,
        user=_entry(documents, "users", "user", chosen.text("user") or "") or Entry(values={}, folder=Path()),
        kubeconfig=where,
        configured_kubeconfig=settings.kubeconfig,
    )


Documents = list[tuple[Path, Mapping[str, object]]]


def _files(settings: ClusterSettings, environment: Mapping[str, str]) -> list[Path]:
    if settings.kubeconfig:
        path = Path(settings.kubeconfig).expanduser()
        if not path.is_file():
            raise ClusterError(
                ("cluster", "kubeconfig"), f"there is no file '{path}'", "Correct the path", Code.KUBECONFIG_MISSING
            )
        return [path]
    listed = [Path(part) for part in environment.get("KUBECONFIG", "").split(os.pathsep) if part]
    wanted = listed or [Path(environment.get("HOME") or Path.home()) / ".kube" / "config"]
    found = [path for path in wanted if path.is_file()]
    if not found:
        origin = "KUBECONFIG names" if listed else "KUBECONFIG is not set and there is no default file:"
        raise ClusterError(
            ("cluster",),
            f"no kubeconfig: {origin} {', '.join(str(path) for path in wanted)}" + (", not a file" if listed else ""),
            f"{START_A_CLUSTER}, or set cluster.kubeconfig to a kubeconfig",
            Code.KUBECONFIG_MISSING,
        )
    return found


def _read(path: Path, settings: ClusterSettings) -> Mapping[str, object]:
    place: SettingsPath = ("cluster", "kubeconfig") if settings.kubeconfig else ("cluster",)
    try:
        document: object = load_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        # Only the position is told: the text around it may be a token or a key.
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ClusterError(
            place, f"{path} is not YAML{line}", "Correct the file, or name another kubeconfig", Code.KUBECONFIG_UNUSABLE
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ClusterError(
            place, f"{path} cannot be read ({type(error).__name__})", "Correct the file", Code.KUBECONFIG_UNUSABLE
        ) from None
    if not isinstance(document, Mapping):
        raise ClusterError(
            place,
            f"{path} is not a kubeconfig, which is a map with clusters, contexts and users",
            "Name another kubeconfig",
            Code.KUBECONFIG_UNUSABLE,
        )
    return cast("Mapping[str, object]", document)


def _current_context(documents: Documents) -> str | None:
    named = (document.get("current-context") for _, document in documents)
    return next((name for name in named if isinstance(name, str) and name), None)


def _items(documents: Documents, section: str) -> Iterator[tuple[Path, Mapping[str, object]]]:
    for folder, document in documents:
        listed = document.get(section)
        for item in cast("list[object]", listed) if isinstance(listed, list) else []:
            if isinstance(item, Mapping):
                yield folder, cast("Mapping[str, object]", item)


def _names(documents: Documents, section: str) -> set[str]:
    return {str(item.get("name")) for _, item in _items(documents, section)}


def _entry(documents: Documents, section: str, key: str, name: str) -> Entry | None:
    for folder, item in _items(documents, section):
        values = item.get(key)
        if item.get("name") == name and isinstance(values, Mapping):
            return Entry(values=cast("Mapping[str, object]", values), folder=folder)
    return None
