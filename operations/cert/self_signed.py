"""`mesh cert self-signed`: a certificate for trials, stored where a stack can name it."""

import re
from pathlib import Path
from typing import Annotated

import typer

from components.settings.text_rules import DNS_LABEL, HOST
from lab.errors import LabError
from operations.cert.make import clients, server_pair
from operations.cert.store import keep_as_configuration, keep_as_files
from operations.console import err, out

LONGEST_DAYS = 825
"""Apple's systems trust no server certificate that is valid for longer (support.apple.com/103769)."""


def self_signed(
    host: Annotated[list[str], typer.Option(help="A host of the certificate; may be given several times.")],
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="For how many days it is valid.")] = 90,
    stack: Annotated[str, typer.Option(envvar="STACK", help="The stack whose configuration gets it.")] = "dev",
    name: Annotated[
        str, typer.Option(help="The entry of `tls` that it is for; the keys begin with it.")
    ] = "gateway-tls",
    client: Annotated[
        bool, typer.Option("--client", help="Also make a client, and the CA that vouches for it.")
    ] = False,
    to: Annotated[Path | None, typer.Option("--out", help="Write files into this folder instead.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is one of this name.")] = False,
) -> None:
    """Make a key and a self-signed certificate for trials, and store both as secret configuration of a stack."""
    _check(host, name)
    pair = server_pair(host, days)
    texts = {f"{name}-cert": pair.certificate, f"{name}-key": pair.key}
    if client:
        trusted = clients(f"{name}-client", days)
        texts[f"{name}-ca"] = trusted.authority
        texts |= {f"{name}-client-cert": trusted.client.certificate, f"{name}-client-key": trusted.client.key}
    if to:
        for path in keep_as_files(texts, to, replace=replace):
            out.print(str(path), markup=False)
        return
    keep_as_configuration(texts, stack, replace=replace)
    err.print(
        f"Stored in Pulumi.{stack}.yaml, encrypted: {', '.join(texts)}. What goes below mesh there:", markup=False
    )
    authority = f", caKey: {name}-ca" if client else ""
    out.print(
        f"tls:\n  {name}: {{kind: provided, certKey: {name}-cert, keyKey: {name}-key{authority}}}\n"
        "# and in a server of a gateway:\n"
        f"#   tls: {{mode: {'MUTUAL' if client else 'SIMPLE'}, credential: {name}}}",
        markup=False,
    )


def _check(hosts: list[str], name: str) -> None:
    for host in hosts:
        if host == "*" or not re.fullmatch(HOST.pattern, host):
            raise LabError(
                f"--host {host!r}: is not a host that a certificate can be for: a lower-case DNS name, or one that "
                "begins with '*.'. For example: --host shop.example.com."
            )
    if not re.fullmatch(DNS_LABEL.pattern, name):
        raise LabError(f"--name {name!r}: {DNS_LABEL.rule}. For example: --name gateway-tls.")
