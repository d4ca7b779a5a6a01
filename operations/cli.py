"""The command line: the verbs, their help, and errors without tracebacks."""

import sys

import typer

from lab.errors import LabError
from lab.tools import ToolError
from operations import up
from operations.console import fail
from operations.lab import down, env, envoy, logs, status, tools
from operations.lab import up as lab_up

INTERRUPTED = 130

app = typer.Typer(
    name="mesh",
    help="Install, configure and operate an Istio service mesh.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
lab = typer.Typer(
    help="The embedded mesh: a real control plane, istiod and Envoy on this machine.", no_args_is_help=True
)
app.add_typer(lab, name="lab")

app.command("up")(up.up)
lab.command("up")(lab_up.up)
lab.command("down")(down.down)
lab.command("status")(status.status)
lab.command("env")(env.env)
lab.command("logs")(logs.logs)
lab.command("tools")(tools.tools)
lab.command("envoy")(envoy.envoy)


def main() -> None:
    """Run one command. Exit code 0: done; 1: an error that is printed; 2: wrong usage; 130: interrupted."""
    try:
        app(prog_name="mesh")
    except (LabError, ToolError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted. What was finished stays; run the same command again to go on.", INTERRUPTED)
    except BrokenPipeError:
        sys.exit(1)
