"""What the command line of pulumi says, and the `pulumi` of a target's folder, which adds the generated stack file."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from lab.layout import CHECKOUT

# Commands that run on the settings of a stack, from a file that can be named. `pulumi config` can name one too, but it
# is the committed file that a user reads and edits with it.
TAKES_CONFIG_FILE = frozenset(
    {"up", "update", "preview", "pre", "destroy", "down", "dn", "refresh", "watch", "import", "logs"}
)
# Flags of `pulumi` itself without a value; every other one before the verb takes the next argument.
_SWITCHES = frozenset(
    {
        "-e",
        "-Q",
        "--disable-integrity-checking",
        "--emoji",
        "--fully-qualify-stack-names",
        "--logflow",
        "--logtostderr",
        "--non-interactive",
    }
)
_HELP = frozenset({"-h", "--help"})
# The code lies in one checkout, the target may be another's; no variable is set that the program would inherit.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from lab.plain_pulumi import main; main(sys.argv[2], sys.argv[3:])"
)


def needs_stack_file(arguments: Sequence[str]) -> bool:
    """Whether this command line reads the settings of a stack and does not say from which file."""
    if any(one in _HELP or one.startswith("--config-file") for one in arguments):
        return False
    return _verb(arguments) in TAKES_CONFIG_FILE


def stack_of(arguments: Sequence[str]) -> str:
    """The stack that a command line names, else the environment's: here no stack is selected by hand."""
    named = os.environ.get("PULUMI_STACK") or "dev"
    for position, argument in enumerate(arguments):
        if argument in {"-s", "--stack"} and position + 1 < len(arguments):
            named = arguments[position + 1]
        elif argument.startswith("--stack="):
            named = argument.removeprefix("--stack=")
        elif argument.startswith("-s") and len(argument) > 2:
            named = argument.removeprefix("-s").removeprefix("=")
    return named.rpartition("/")[2]


def wrapper(folder: Path) -> str:
    """The text of the `pulumi` of the target whose files lie below `folder`."""
    start = shlex.join([sys.executable, "-c", _START, str(CHECKOUT), str(folder)])
    return f"""#!/bin/sh
# Plain `pulumi`, with the generated copy of the stack file.
exec {start} "$@"
"""


def _verb(arguments: Sequence[str]) -> str:
    """The first argument that is neither a flag nor the value of one."""
    takes_value = False
    for argument in arguments:
        if takes_value:
            takes_value = False
        elif not argument.startswith("-"):
            return argument
        else:
            attached = "=" in argument or (not argument.startswith("--") and len(argument) > 2)
            takes_value = not attached and argument not in _SWITCHES
    return ""
