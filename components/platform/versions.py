"""Which versions of Istio and Kubernetes go together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from components.settings.data_files import yaml_data
from components.settings.problems import Problem

Minor = tuple[int, int]
"""Major and minor number of a version."""


@dataclass(frozen=True, kw_only=True)
class KubernetesRange:
    """The Kubernetes versions that one minor version of Istio was tested with, both ends included."""

    oldest: Minor
    newest: Minor


def minor_of(version: str) -> Minor:
    """`(1, 30)` for '1.30.3' and for '1.30'."""
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def minor_text(minor: Minor) -> str:
    """`'1.30'` for `(1, 30)`."""
    return f"{minor[0]}.{minor[1]}"


@cache
def supported_versions() -> Mapping[Minor, KubernetesRange]:
    """The table of istio_versions.yaml: supported Istio minor versions, oldest first."""
    rows: dict[str, dict[str, str]] = yaml_data(__package__, "istio_versions.yaml")
    return {
        minor_of(istio): KubernetesRange(oldest=minor_of(row["kubernetesMin"]), newest=minor_of(row["kubernetesMax"]))
        for istio, row in rows.items()
    }


def istio_version_problems(version: str) -> Iterator[Problem]:
    """A problem when the program does not support this version of Istio."""
    known = supported_versions()
    if minor_of(version) not in known:
        names = [minor_text(minor) for minor in known]
        yield Problem(
            ("istio", "version"),
            f"Istio {version} is not supported by this program, which knows {', '.join(names[:-1])} and {names[-1]}",
            "Choose a version of one of these, such as the newest patch",
        )
