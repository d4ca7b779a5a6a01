"""How charts are installed."""

import re
from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.helm import RELEASE, chart_of, is_file
from mesh_policies.policy import Policy
from mesh_policies.resources import UNKNOWN, Resource
from mesh_policies.rules.signature import Parameters

_EXACT = re.compile(r"^v?[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?([+][0-9A-Za-z.-]+)?$")
"""semver.org; Helm reads everything else as a range."""


def exact_version(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Charts of a repository or registry whose version is missing, a range or unfinished; a file has just one."""
    chart = chart_of(resource)
    version = resource.at("version")
    if chart is None or is_file(chart) or version is UNKNOWN:
        return
    fix = "Give all of it, for example 1.30.3"
    if version is None or version == "":
        yield Finding(("version",), "missing, so that the newest chart is taken", fix)
    elif not isinstance(version, str) or not _EXACT.match(version):
        yield Finding(("version",), f"'{version}' is not one version", fix)


def atomic(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Releases that are left as they are when they fail, or that nobody waits for."""
    if resource.type != RELEASE:
        return
    if resource.at("atomic") not in (True, UNKNOWN):
        yield Finding(("atomic",), "not true, so that a failed release stays half done", "Set it to true")
    if resource.at("skipAwait") is True:
        yield Finding(("skipAwait",), "true calls the release ready before its pods are", "Remove it")
