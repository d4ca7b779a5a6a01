"""`mesh lab tools`: the programs that the lab is made of."""

from typing import Annotated

import typer

from lab.tools import ensure_tools, locate_tools, tools_table
from operations.console import err, out


def tools(
    fetch: Annotated[bool, typer.Option("--fetch", help="Download or build what is missing, all of it.")] = False,
) -> None:
    """List every tool with its version and where it comes from."""
    if fetch:
        ensure_tools(console=err)
    out.print(tools_table(locate_tools()))
