"""Options that the lab's verbs share."""

from typing import Annotated

import typer

from lab.layout import DEFAULT_NAME

LabName = Annotated[
    str, typer.Option("--name", envvar="MESH_LAB", help="Which lab of this checkout; several may run at once.")
]
DEFAULT_LAB = DEFAULT_NAME
