"""Errors as the user sees them: a sentence and an exit code instead of a traceback."""

import errno
import functools
from collections.abc import Callable
from typing import ParamSpec

import httpx

from lab.errors import LabError
from lab.tools import ToolError
from operations.console import fail

INTERRUPTED = 130
P = ParamSpec("P")

_FIXES = {
    errno.EACCES: "Make it yours to write ('ls -ld' shows whose it is), or check the project out elsewhere.",
    errno.EPERM: "Make it yours to write ('ls -ld' shows whose it is), or check the project out elsewhere.",
    errno.EROFS: "Check the project out on a disk that can be written.",
    errno.ENOSPC: "Free some space, and run the same command again.",
    errno.EDQUOT: "Free some space, and run the same command again.",
    errno.EEXIST: "Move what is there out of the way.",
    errno.ENOTDIR: "Move the file that is in the place of a folder out of the way.",
}


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """The command, ending with a message and exit code 1 on an error that the user can act on, 130 on Ctrl-C."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (LabError, ToolError) as error:
            fail(str(error))
        except httpx.HTTPError as error:
            fail(f"the lab does not answer: {error}. See './mesh lab status'.")
        except BrokenPipeError:
            raise  # typer ends quietly: who reads our output has seen enough.
        except OSError as error:
            fail(_sentence(error))
        except KeyboardInterrupt:
            fail("interrupted. What was finished stays; run the same command again to go on.", INTERRUPTED)

    return run


def _sentence(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    fix = _FIXES.get(error.errno or 0, "")
    return f"{place}{error.strerror or error}. {fix}".strip()
