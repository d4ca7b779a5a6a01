"""Whether this Kubernetes and this Istio go together."""

import re

from components.platform.cluster import version_problem, version_warning
from components.platform.versions import Minor, minor_text
from operations.precheck.documents import Document
from operations.precheck.findings import Finding, fine, refused, warning

CHECK = "kubernetes"


def check_version(istio: str, document: Document) -> Finding:
    """Refused when it is older than what Istio was tested with, a warning when it is newer or not told."""
    version = _minor(document)
    if version is None:
        return warning(CHECK, "the API server does not tell its version", "Compare it with Istio's supported versions")
    if error := version_problem(istio, version):
        return refused(CHECK, error.problem.rule, error.problem.fix)
    if text := version_warning(istio, version):
        newer, _, advice = text.partition(". ")
        return warning(CHECK, newer, advice.removesuffix("."))
    return fine(CHECK, f"Kubernetes {minor_text(version)} and Istio {istio} go together")


def _minor(document: Document) -> Minor | None:
    # Some providers add a sign to the minor number, such as '34+'.
    major, minor = (re.match("[0-9]+", str(document.get(key, ""))) for key in ("major", "minor"))
    return (int(major[0]), int(minor[0])) if major and minor else None
