"""`mesh env`: the environment for plain pulumi on a cluster of your own that `mesh up --context` deployed to."""

from typing import Annotated

import typer

from lab.errors import LabError
from lab.pulumi import load_target
from operations.lab.env import print_environment
from operations.remote import target_folder


def env(
    context: Annotated[str, typer.Option(envvar="CONTEXT", help="The context that the stack was deployed to.")],
    stack: Annotated[str, typer.Option(help="The stack that plain pulumi commands are for.")] = "dev",
) -> None:
    """Print what makes plain pulumi work on a cluster of your own: eval "$(./mesh env --context NAME)"."""
    folder = target_folder(context)
    if not folder.exists():
        raise LabError(f"nothing was deployed to context {context!r} from here. Run 'make up CONTEXT={context}' first.")
    print_environment(load_target(folder), stack)
