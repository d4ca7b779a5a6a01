"""Until when plain text is accepted."""

from collections.abc import Iterator
from datetime import date

from components.security.ends import ended, ending
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def plain_text_ends(settings: MeshSettings) -> Iterator[tuple[Path, str]]:
    """Each `until` of `mtls`, with its path."""
    for name, namespace in settings.mtls.namespaces.items():
        path: Path = ("mtls", "namespaces", name)
        if namespace.until:
            yield (*path, "until"), namespace.until
        for policy, workload in namespace.workloads.items():
            if workload.until:
                yield (*path, "workloads", policy, "until"), workload.until


def ended_plain_text(settings: MeshSettings, today: date) -> Iterator[Problem]:
    """Exceptions of mutual TLS whose last day is over."""
    yield from ended(plain_text_ends(settings), today)


def ending_plain_text(settings: MeshSettings, today: date) -> Iterator[Problem]:
    """Exceptions of mutual TLS that are near their end, to be warned of."""
    yield from ending(plain_text_ends(settings), today)
