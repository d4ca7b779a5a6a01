"""How the mesh command speaks: answers on stdout, progress and errors on stderr."""

import sys
from typing import NoReturn

from rich.console import Console

# Answers may be piped or evaluated; what is said along the way must not get into them.
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def fail(message: str, code: int = 1) -> NoReturn:
    """End with an error for the user; `message` is printed as it is, without markup."""
    err.print("error:", style="bold red", end=" ")
    err.print(message, markup=False)
    sys.exit(code)
