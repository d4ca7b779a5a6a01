"""Whether repositories and registries answer at all, told at once, before anything is fetched from them."""

import time
from collections.abc import Iterable
from threading import Thread
from urllib.parse import urlsplit

from components.platform.http import LOOPBACK, NoAnswerError, get

WAIT_SECONDS = 4.0
"""How long all of them together may take, looking up their names included, for which no socket has a timeout."""


def unreachable(addresses: Iterable[str], wait_seconds: float = WAIT_SECONDS) -> dict[str, str]:
    """Address -> reason, for those of these repositories and registries that do not answer. Each is asked once.

    An answer of any status is one: what it means is told by whoever fetches from there.
    """
    reasons: dict[str, str | None] = {}

    def ask(address: str) -> None:
        try:
            get(_question(address), timeout_seconds=wait_seconds, size=1)
        except NoAnswerError as error:
            reasons[address] = str(error)
        else:
            reasons[address] = None

    # Nobody waits for a thread that hangs in a look-up, not even the end of the program.
    threads = {address: Thread(target=ask, args=(address,), daemon=True) for address in addresses}
    for thread in threads.values():
        thread.start()
    end = time.monotonic() + wait_seconds
    for thread in threads.values():
        thread.join(max(0.0, end - time.monotonic()))
    known = {address: reasons.get(address, "no answer in time") for address in threads}
    return {address: reason for address, reason in known.items() if reason}


def _question(address: str) -> str:
    """What every repository or registry of this kind answers."""
    if not address.startswith("oci://"):
        return f"{address.rstrip('/')}/index.yaml"
    host = urlsplit(address).netloc
    return f"{'http' if urlsplit(address).hostname in LOOPBACK else 'https'}://{host}/v2/"
