"""`mesh lab env`: the environment for plain pulumi and kubectl."""

import shlex
from typing import Annotated

import typer

from lab.layout import LabLayout
from lab.pulumi import Target, load_target
from operations.console import out
from operations.lab.options import DEFAULT_LAB, LabName


def env(
    name: LabName = DEFAULT_LAB,
    stack: Annotated[str, typer.Option(help="The stack that plain pulumi commands are for.")] = "dev",
) -> None:
    """Print what makes plain pulumi and kubectl work on the lab: eval "$(./mesh lab env)"."""
    print_environment(load_target(LabLayout(name).root), stack)


def print_environment(target: Target, stack: str) -> None:
    """Print a target's environment as a shell takes it."""
    for variable, value in target.environment(stack).items():
        out.print(f"export {variable}={shlex.quote(value)}", markup=False)
