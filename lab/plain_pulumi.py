"""What the `pulumi` in a target's folder of commands runs; see `lab.pulumi_command.wrapper`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lab.errors import LabError
from lab.pulumi import load_target


def main(folder: str, arguments: Sequence[str]) -> None:
    """Become the real pulumi, with the generated stack file where the command reads one."""
    try:
        command = load_target(Path(folder)).command(arguments)
        os.execv(command[0], command)  # noqa: S606 - there is no shell in it
    except (LabError, OSError) as error:
        sys.exit(f"error: {error}")
