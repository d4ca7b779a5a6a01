"""Twenty services that say what they call: a model in which every pair can be tried."""

from typing import Any

NAMESPACE = "grid"
COUNT = 20
NAMES = [f"s{number:02}" for number in range(COUNT)]
WORKLOADS = [f"{NAMESPACE}/{name}" for name in NAMES]
PORT = 8080
NARROW = "/api/*"
"""What the calls of one service are limited to, as paths."""
NARROW_CALLER = NAMES[1]


def declared() -> set[tuple[str, str]]:
    """Every call that is declared, as caller and callee: about an eighth of all pairs."""
    return {
        (NAMES[caller], NAMES[callee])
        for caller in range(COUNT)
        for callee in range(COUNT)
        if (3 * caller * caller + 5 * caller * callee) % 7 == 3 and caller != callee
    }


def services() -> dict[str, Any]:
    """The `services` of the stack file; the calls of one of them say which methods and paths it uses."""
    calls = {name: sorted(callee for caller, callee in declared() if caller == name) for name in NAMES}
    narrow = [{"service": callee, "methods": ["GET"], "paths": [NARROW]} for callee in calls[NARROW_CALLER]]
    called = {callee for _, callee in declared()}
    return {
        name: {
            "namespace": NAMESPACE,
            "port": PORT,
            "calls": narrow if name == NARROW_CALLER else calls[name],
            # Said by hand, because a service that nobody calls is otherwise taken for a mistake.
            **({} if name in called else {"callers": []}),
        }
        for name in NAMES
    }
