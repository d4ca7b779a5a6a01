"""`mesh route`: which gateway, rule and version a request meets, and why no rule before."""

import json
from typing import Annotated

import typer

from components.traffic.simulation.objects import stack_of
from components.traffic.simulation.request import RequestError, parse_request
from components.traffic.simulation.simulate import simulate
from lab.errors import LabError
from operations.console import out
from operations.route.document import document
from operations.route.text import text
from operations.stack import stack_settings

LABEL_EXAMPLE = "Write for example --source-label version=v1"


def route(
    request: Annotated[
        str, typer.Argument(metavar="'METHOD URL'", help="For example 'GET https://shop.example.com/api'.")
    ],
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", metavar="'NAME: VALUE'", help="A header; several times.")
    ] = None,
    caller: Annotated[
        str, typer.Option("--from", metavar="NAMESPACE/SERVICE", help="The service that sends it, within the mesh.")
    ] = "",
    gateway: Annotated[
        str, typer.Option(metavar="NAMESPACE/NAME", help="The gateway that it comes to, where several serve its host.")
    ] = "",
    source_label: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="With --from: a further label of the sending pod; several times."),
    ] = None,
    stack: Annotated[str, typer.Option(envvar="STACK", help="Which stack: dev, prod or one of your own.")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Tell what becomes of a request, by the stack file alone: gateway, rule, version, policies, and why not others.

    No cluster is asked. Without --from the request comes from outside, to a gateway.
    """
    try:
        asked = parse_request(request, header or [])
        labels = dict(_label(one) for one in source_label or [])
        mesh = stack_of(stack_settings(stack))
        found = simulate(mesh, asked, caller=caller or None, gateway=gateway or None, labels=labels)
    except RequestError as error:
        raise LabError(str(error)) from None
    if as_json:
        out.print(json.dumps(document(found), indent=1), markup=False)
        return
    for line in text(found):
        out.print(line.words, style=line.style, markup=False)


def _label(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not name or not equals:
        raise RequestError(f"--source-label: '{given}' is not NAME=VALUE. {LABEL_EXAMPLE}.")
    return name, value
