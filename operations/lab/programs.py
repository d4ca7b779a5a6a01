"""Which tools a lab needs, and how they get there."""

from collections.abc import Iterable
from pathlib import Path

from lab.layout import LabLayout
from lab.pulumi import Target, lab_target
from lab.tools import Tool, ensure_tools
from operations.console import err

PULUMI_TOOLS = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-kubernetes",
    "pulumi-resource-random",
)
# istioctl is left out: only the tests need it, and it takes a while to build.
LAB_TOOLS = (
    *PULUMI_TOOLS,
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "pilot-discovery",
    "pilot-agent",
    "endpoint-bridge",
    "envoy",
    "envoy-bootstrap",
    "istio-charts",
    "gateway-api",
    "prometheus-operator-crds",
)


def fetch(names: Iterable[str] = LAB_TOOLS) -> dict[str, Tool]:
    """The tools, found, downloaded or built, with progress on stderr."""
    return ensure_tools(names, console=err)


def paths(tools: dict[str, Tool]) -> dict[str, Path]:
    """Tools as the lab wants them: name -> path."""
    return {name: tool.path for name, tool in tools.items()}


def versions(tools: dict[str, Tool]) -> dict[str, str]:
    """Name -> version."""
    return {name: tool.version for name, tool in tools.items()}


def prepare_pulumi(layout: LabLayout, tools: dict[str, Tool]) -> Target:
    """Lay out Pulumi's files for a lab, and return the lab as a target."""
    target = lab_target(layout, tools["istio-charts"].version)
    target.prepare(paths(tools), versions(tools))
    return target
