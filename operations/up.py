"""`mesh up`: the main job. A stack deployed to the embedded lab, or to a cluster of your own, and what to try next."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

import typer

from components.gateways.asking import asking
from lab.layout import CHECKOUT, LabLayout
from lab.proxy import Proxy, run_proxy
from lab.pulumi import Target
from lab.stack_file import MESH_KEY, check_stack_file
from operations.console import err, out
from operations.lab.addon_charts import AUTOMATIC, AddonCharts, AddonSource, addon_source
from operations.lab.envoy import local_url
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import PULUMI_TOOLS, fetch, paths, versions
from operations.lab.up import bring_up
from operations.remote import ask_first, remote_target

Seconds = dict[str, float]
StackDocument = Mapping[str, Any]


@dataclass
class Durations:
    """How long each part of the job took, in seconds."""

    parts: Seconds = field(default_factory=dict[str, float])
    _begun: float = field(default_factory=time.monotonic)

    def lap(self, part: str) -> None:
        """Name what has been done since the last lap."""
        now = time.monotonic()
        self.parts[part] = now - self._begun
        self._begun = now

    def __str__(self) -> str:
        """One line."""
        total = sum(self.parts.values())
        return ", ".join(f"{part} {seconds:.1f} s" for part, seconds in self.parts.items()) + f"; {total:.1f} s in all"


def up(
    stack: Annotated[str, typer.Option(envvar="STACK", help="Which stack: dev, prod or one of your own.")] = "dev",
    context: Annotated[
        str, typer.Option(envvar="CONTEXT", help="Deploy to this context of your kubeconfig instead of the lab.")
    ] = "",
    charts: Annotated[
        str, typer.Option(envvar="CHARTS", help="With --context: take the charts from this folder (no network).")
    ] = "",
    istio_version: Annotated[
        str, typer.Option(help="With --context: deploy this Istio version instead of the stack's.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --context: do not ask.")] = False,
    name: LabName = DEFAULT_LAB,
    addon_charts: AddonCharts = AUTOMATIC,
) -> None:
    """Deploy a stack: to the embedded lab, which is started if need be, or with --context to a cluster of your own."""
    # A mistake is told now, not after the tools were built; and what is deployed then is what was looked at.
    document = check_stack_file(CHECKOUT / f"Pulumi.{stack}.yaml")
    if context:
        target = remote_target(context, charts=charts, istio_version=istio_version)
        ask_first(target, context, stack, yes=yes)
        _to_cluster(target, context, stack, document)
    else:
        _to_lab(LabLayout(name), stack, document, addon_source(addon_charts))


def _to_lab(layout: LabLayout, stack: str, document: StackDocument, addons: AddonSource) -> None:
    durations = Durations()
    tools = fetch()
    durations.lap("tools")
    target, _ = bring_up(layout, tools, addons)
    durations.lap("lab")
    _deploy(target, stack, document, durations)
    proxies = {
        gateway: run_proxy(layout, paths(tools), f"{endpoint['namespace']}/{gateway}")
        for gateway, endpoint in target.outputs(stack)["gateways"].items()
    }
    durations.lap("data plane")
    err.print(f"Done: {durations}.")
    _print_next_steps(document["config"][MESH_KEY], proxies, stack)


def _to_cluster(target: Target, context: str, stack: str, document: StackDocument) -> None:
    durations = Durations()
    tools = fetch(PULUMI_TOOLS)
    durations.lap("tools")
    target.prepare(paths(tools), versions(tools))
    _deploy(target, stack, document, durations)
    err.print(f"Done: {durations}.")
    _print_endpoints(target.outputs(stack))
    out.print(f'\nFor plain pulumi on this cluster: eval "$(./mesh env --context {context})"', markup=False)


def _deploy(target: Target, stack: str, document: StackDocument, durations: Durations) -> None:
    """Run `pulumi up`, saying first what of the stack file is replaced; ends with Pulumi's exit code if it fails."""
    copy = target.stack_copy(stack, document)
    for replacement in copy.replaced:
        err.print(f"  replaced for this cluster: {replacement}", style="dim", markup=False)
    code = target.run(["up", "--yes", "--skip-preview"], stack, copy)
    if code:
        sys.exit(code)
    durations.lap("pulumi up")


def _print_endpoints(outputs: dict[str, Any]) -> None:
    for gateway, endpoint in outputs["gateways"].items():
        out.print(f"{gateway}: {endpoint['url'] or 'no address known; see pulumi stack output gateways'}", markup=False)


def first_request(mesh: Mapping[str, Any], proxies: Mapping[str, Proxy]) -> str | None:
    """The command that asks the first server of a stack that a gateway of the lab listens for; for Bookinfo's page."""
    samples = cast("dict[str, dict[str, Any]]", mesh.get("samples") or {})
    sample = samples.get("bookinfo") or {}
    for gateway, proxy in proxies.items():
        for server in mesh["gateways"][gateway]["servers"]:
            if server["port"] in proxy.listeners:
                hosts: list[str] = [*sample.get("hosts", ()), *server["hosts"]]
                return asking(local_url(proxy, server["port"]), hosts) + ("/productpage" if sample else "")
    return None


def _print_next_steps(mesh: Mapping[str, Any], proxies: Mapping[str, Proxy], stack: str) -> None:
    for gateway, proxy in proxies.items():
        urls = [local_url(proxy, port) for port in sorted(proxy.listeners)]
        out.print(f"{gateway}: {', '.join(urls) or 'no listener'}", markup=False)
    out.print("\nWhat to try next:")
    if command := first_request(mesh, proxies):
        out.print(f"  {command}", markup=False, soft_wrap=True)
    out.print(
        f'  eval "$(./mesh lab env --stack {stack})"    then plain pulumi and kubectl work on the lab', markup=False
    )
    out.print("  pulumi preview                    after a change to the stack file")
    out.print("  ./mesh lab status                 what runs, and how much memory it takes")
    out.print("  make down                         stop it")
