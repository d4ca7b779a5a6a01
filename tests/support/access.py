"""A resolved cluster for tests that need none."""

from pathlib import Path

from components.platform.kubeconfig import ClusterAccess, Entry

NOTHING = Entry(values={}, folder=Path())


def access(
    *, context: str = "test-context", server: str = "http://127.0.0.1:1", configured: str | None = None
) -> ClusterAccess:
    """A cluster that is only named."""
    return ClusterAccess(
        context=context,
        server=server,
        cluster=NOTHING,
        user=NOTHING,
        kubeconfig="the kubeconfig",
        configured_kubeconfig=configured,
    )
