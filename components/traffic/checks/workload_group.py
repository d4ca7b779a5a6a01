"""Checks of a WorkloadGroup: what workloads outside Kubernetes have in common."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import either, shown
from components.traffic.checks.values import labels_problems, port_problems
from components.traffic.checks.workload_entry import place_problems

_METHODS = ("httpGet", "tcpSocket", "exec", "grpc")
_TIMES = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold")
_PROBE_HEADER = re.compile("[-A-Za-z0-9]+")


def workload_group_problems(resource: Resource) -> Iterator[Problem]:
    """What Istio refuses of a WorkloadGroup, and an address that it would replace.

    Source: ValidateWorkloadGroup of Istio's pkg/config/validation/validation.go and the rules of the CRD; for the
    address, the reference of WorkloadGroup and pilot/pkg/autoregistration/controller.go.
    """
    spec = resource.spec
    template = spec.at("template")
    if template.has("address"):
        yield template.at("address").problem(
            "is replaced by that of each workload that joins (a rule of this project)",
            "Remove it, or write a WorkloadEntry",
        )
    yield from place_problems(template)
    yield from labels_problems(spec.at("metadata", "labels"))
    yield from readiness_probe_problems(spec.at("probe"))


def readiness_probe_problems(probe: Node) -> Iterator[Problem]:
    """A probe with one method, which Istio's webhook knows.

    `grpc` is in the CRD and in the agent, but validateReadinessProbe, the webhook's, refuses it as unknown
    (pkg/config/validation/validation.go of Istio 1.30).
    """
    if not probe.given:
        return
    methods = [key for key in _METHODS if probe.has(key)]
    if len(methods) != 1:
        found = f"has several methods ({', '.join(methods)})" if methods else "has no method"
        yield probe.problem(f"{found}, which Istio refuses", f"Use one: {either(_METHODS[:-1])}")
    if probe.has("grpc"):
        yield probe.at("grpc").problem(
            "is refused by istiod's webhook, which does not know it", f"Use {either(_METHODS[:-1])}"
        )
    for key in _TIMES:
        number = probe.at(key)
        if number.whole is not None and number.whole < 0:
            yield number.problem(f"{number.whole} is negative", "Use 0 or more")
    yield from port_problems(probe.at("tcpSocket", "port"))
    yield from _http_problems(probe.at("httpGet"))
    command = probe.at("exec", "command")
    if probe.has("exec") and not command.items:
        yield command.problem("required for exec, but missing", "Give the program and its arguments")


def _http_problems(request: Node) -> Iterator[Problem]:
    yield from port_problems(request.at("port"))
    scheme = request.at("scheme")
    if scheme.text not in (None, "", "HTTP", "HTTPS"):
        yield scheme.problem(f"{shown(scheme.text)} is no scheme of a probe", "Use HTTP or HTTPS")
    for header in request.at("httpHeaders"):
        name = header.at("name")
        if not _PROBE_HEADER.fullmatch(name.text or ""):
            yield name.problem(
                f"{shown(name.text or '')} is no header that a probe may have: letters, digits and '-'",
                "For example: 'x-probe'",
            )
