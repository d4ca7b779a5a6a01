"""`mesh precheck`: whether a cluster is ready for a stack, before anything is installed."""

import json
import shutil
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from components.settings.mesh import MeshSettings
from lab.layout import CHECKOUT
from operations.console import out
from operations.lab.programs import fetch
from operations.precheck.capacity import check_capacity
from operations.precheck.cni import check_cni
from operations.precheck.collector import Kubectl, collect
from operations.precheck.documents import Cluster
from operations.precheck.findings import Finding, Level
from operations.precheck.gateway_api import check_gateway_api
from operations.precheck.installs import check_installs
from operations.precheck.load_balancer import check_load_balancer
from operations.precheck.rights import check_rights, needed_rights
from operations.precheck.version import check_version
from operations.stack import stack_settings


class Output(StrEnum):
    """How the findings are printed."""

    TABLE = "table"
    JSON = "json"


def precheck(
    stack: Annotated[str, typer.Option(envvar="STACK", help="The stack that is to be installed.")] = "dev",
    context: Annotated[
        str, typer.Option(envvar="CONTEXT", help="Look at this context of your kubeconfig, not at the stack's.")
    ] = "",
    output: Annotated[Output, typer.Option(help="table, or json for programs.")] = Output.TABLE,
) -> None:
    """Look whether a cluster is ready for a stack; exit code 1 when something would fail. Nothing is changed."""
    settings = stack_settings(stack)
    findings = check(settings, collect(_kubectl(settings, context), needed_rights(settings)))
    if output is Output.JSON:
        out.print(json.dumps({"stack": stack, "findings": [asdict(one) for one in findings]}, indent=1), markup=False)
    else:
        for line in table(findings):
            out.print(line, markup=False)
    if any(one.level is Level.REFUSED for one in findings):
        sys.exit(1)


def check(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    """Every check, in the order in which an installation would meet the problems."""
    return [
        check_version(settings.istio.version, cluster.version),
        *check_rights(settings, cluster.allowed),
        *check_installs(settings, cluster),
        *check_gateway_api(settings, cluster),
        *check_cni(cluster),
        *check_capacity(settings, cluster),
        check_load_balancer(settings, cluster),
    ]


def table(findings: list[Finding]) -> list[str]:
    """Lines in columns, the fix below what it is for; never wrapped, so that they can be searched."""
    widths = max(len(one.level) for one in findings), max(len(one.check) for one in findings)
    indent = " " * (sum(widths) + 4)
    lines: list[str] = []
    for one in findings:
        lines.append(f"{one.level:<{widths[0]}}  {one.check:<{widths[1]}}  {one.what}")
        if one.fix:
            lines.append(f"{indent}fix: {one.fix}")
    return lines


def _kubectl(settings: MeshSettings, context: str) -> Kubectl:
    program = shutil.which("kubectl") or str(fetch(("kubectl",))["kubectl"].path)
    if context:
        return Kubectl(program, None, context)
    named = settings.cluster.kubeconfig
    kubeconfig = str(CHECKOUT / Path(named).expanduser()) if named else None
    return Kubectl(program, kubeconfig, settings.cluster.context)
