"""A port of this machine that leads to a Service, as long as it is needed."""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from lab.errors import LabError

_READY = re.compile(r"Forwarding from 127\.0\.0\.1:([0-9]+) ")
_GRACE_SECONDS = 5.0


class Forward:
    """`kubectl port-forward`, from its first answer to the end of the block, however that ends."""

    port: int

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Start it, and wait until it says which port it has.

        Raises:
            LabError: it ended before, with kubectl's own reason.
        """
        # Its complaints go into a file: a pipe that nobody reads would stop it once it is full.
        self._complaints = self._open.enter_context(tempfile.TemporaryFile(mode="w+"))
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=self._complaints, text=True)
        self._open.callback(self._end)
        for line in self._lines():
            if ready := _READY.match(line):
                self.port = int(ready[1])
                return self
        with self._open:
            reason = self._reason()
        raise LabError(f"the page cannot be reached: {reason}. Is the addon deployed, and its pod ready?")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        """End kubectl; Ctrl-C is how this is meant to end."""
        self._open.close()
        return kind is not None and issubclass(kind, KeyboardInterrupt)

    def wait(self) -> None:
        """Return never, but by Ctrl-C.

        Raises:
            LabError: kubectl ended, for example because the pod did.
        """
        for _ in self._lines():  # It says something for each connection.
            pass
        raise LabError(f"the connection is gone: {self._reason()}. Run the same command again.")

    def _lines(self) -> Iterator[str]:
        return iter(self._process.stdout or ())

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _reason(self) -> str:
        self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().strip().splitlines()
        return lines[-1].removeprefix("error: ") if lines else f"kubectl ended with {self._process.returncode}"
