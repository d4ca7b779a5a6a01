"""Verification of certificates."""

import re
from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import Resource, truth, walk
from mesh_policies.rules.signature import Parameters

_SKIPS = frozenset({"insecureskipverify", "insecureskiptlsverify", "tlsskipverify", "skiptlsverify", "tlsinsecure"})
"""How it is spelled by Istio, Prometheus, Grafana, Kiali and OpenTelemetry, in lower case and without '_' and '-'."""


def skipped(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Switches that turn the verification off, in Helm values and in every custom resource."""
    chart = chart_of(resource)
    if chart is None and "." not in resource.group:
        return
    for path, value in walk(resource.properties):
        key = path[-1] if path else ""
        if isinstance(key, str) and re.sub("[-_]", "", key).lower() in _SKIPS and truth(value):
            yield Finding(path, "true takes every certificate for right", "Remove it, and name the CA")
