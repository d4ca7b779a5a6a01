"""`mesh dashboard`: a way from this machine to the page of an addon."""

import shutil
import webbrowser
from enum import StrEnum
from typing import Annotated

import typer

from components.observability.addons.endpoints import ServicePort, dashboards, external_urls
from components.settings.mesh import MeshSettings
from lab.errors import LabError
from lab.layout import CHECKOUT
from operations.console import err, out
from operations.dashboard.forward import Forward
from operations.dashboard.login import Login, login_of
from operations.lab.programs import fetch
from operations.stack import stack_settings


class Dashboard(StrEnum):
    """The pages that there are."""

    PROMETHEUS = "prometheus"
    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    JAEGER = "jaeger"
    KIALI = "kiali"


def dashboard(
    name: Annotated[Dashboard, typer.Argument(help="Which page.")],
    stack: Annotated[str, typer.Option(envvar="STACK", help="The stack that has the addon.")] = "dev",
    context: Annotated[
        str, typer.Option(envvar="CONTEXT", help="The context of your kubeconfig, in place of the stack's.")
    ] = "",
    login: Annotated[bool, typer.Option("--login", help="Show the login as well, once.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The local port; any free one with 0.")] = 0,
) -> None:
    """Open the page of an addon, through `kubectl port-forward` until Ctrl-C; one of somebody else's as it is."""
    settings = stack_settings(stack)
    if url := external_urls(settings.addons).get(name.value):
        _show(url, browser=browser)
        return
    page = dashboards(settings.addons).get(name.value)
    if page is None:
        raise LabError(_not_there(settings, name, stack))
    kubectl = _kubectl(settings, context)
    with Forward([*kubectl, *_forward(page, port)]) as local:
        if login:
            _tell(login_of(name.value, settings, kubectl))
        _show(f"http://127.0.0.1:{local.port}{page.path}", browser=browser)
        err.print("Ctrl-C ends it.", style="dim")
        local.wait()


def _show(url: str, *, browser: bool) -> None:
    out.print(url, markup=False)
    if browser and not webbrowser.open(url):
        err.print("No browser was found: open the address yourself.", style="dim")


def _tell(login: Login | None) -> None:
    if login is None:
        err.print("It asks for no login.", style="dim")
        return
    for what, text in login.items():
        out.print(f"{what}: {text}", markup=False)


def _forward(page: ServicePort, port: int) -> list[str]:
    ports = f"{port or ''}:{page.port}"
    return ["port-forward", f"--namespace={page.namespace}", "--address=127.0.0.1", f"service/{page.service}", ports]


def _kubectl(settings: MeshSettings, context: str) -> list[str]:
    """Kubectl with the cluster of the stack, or with another context of the user's."""
    program = shutil.which("kubectl") or str(fetch(("kubectl",))["kubectl"].path)
    chosen = context or settings.cluster.context
    kubeconfig = None if context else settings.cluster.kubeconfig
    return [
        program,
        *([f"--kubeconfig={CHECKOUT / kubeconfig}"] if kubeconfig else []),
        *([f"--context={chosen}"] if chosen else []),
    ]


def _not_there(settings: MeshSettings, name: Dashboard, stack: str) -> str:
    there = sorted([*dashboards(settings.addons), *external_urls(settings.addons)])
    addon = "prometheus" if name is Dashboard.ALERTMANAGER else name.value
    return (
        f"the stack {stack!r} has no {name.value}. It has: {', '.join(there) or 'no addons'}. "
        f"To install it: `addons: {{{addon}: {{}}}}` in Pulumi.{stack}.yaml, and deploy."
    )
