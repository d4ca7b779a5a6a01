"""`mesh route`: which gateway, rule and version a request meets, and why no rule before."""

import json
from ipaddress import ip_address
from typing import Annotated

import typer

from components.traffic.simulation.objects import stack_of
from components.traffic.simulation.request import RequestError, parse_claims, parse_request
from components.traffic.simulation.security.asked import Sender
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
    claim: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="A claim of the sender's token: iss, sub, aud and so on; several times."
        ),
    ] = None,
    remote_ip: Annotated[str, typer.Option(metavar="ADDRESS", help="The address of the original client.")] = "",
    stack: Annotated[str, typer.Option(envvar="STACK", help="Which stack: dev, prod or one of your own.")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Tell what becomes of a request, by the stack file alone: gateway, rule, version, policies, and why not others.

    No cluster is asked. Without --from the request comes from outside, to a gateway. Policies of security decide about
    it there and at its destinations; the token of --claim is taken to be valid.
    """
    try:
        asked = parse_request(request, header or [])
        labels = dict(_label(one) for one in source_label or [])
        mesh = stack_of(stack_settings(stack))
        sender = Sender(claims=parse_claims(claim or []), remote_ip=_address(remote_ip))
        found = simulate(mesh, asked, caller=caller or None, gateway=gateway or None, labels=labels, sender=sender)
    except RequestError as error:
        raise LabError(str(error)) from None
    if as_json:
        out.print(json.dumps(document(found), indent=1), markup=False)
        return
    for line in text(found):
        out.print(line.words, style=line.style, markup=False)


def _address(given: str) -> str | None:
    try:
        return str(ip_address(given)) if given else None
    except ValueError:
        raise RequestError(
            f"--remote-ip: '{given}' is no IP address. Write for example --remote-ip 192.0.2.7."
        ) from None


def _label(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not name or not equals:
        raise RequestError(f"--source-label: '{given}' is not NAME=VALUE. {LABEL_EXAMPLE}.")
    return name, value
