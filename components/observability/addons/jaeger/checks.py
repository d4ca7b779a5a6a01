"""Checks of Jaeger."""

from collections.abc import Iterator

from components.observability.addons.jaeger.settings import InstalledJaeger, ServerStorage
from components.observability.addons.settings import AddonsSettings
from components.settings.problems import Problem

_PATH = ("addons", "jaeger")


def jaeger_problems(addons: AddonsSettings) -> Iterator[Problem]:
    """Replicas that find each other's traces, and a whole login."""
    jaeger = addons.jaeger
    if not isinstance(jaeger, InstalledJaeger):
        return
    storage = jaeger.storage
    if not isinstance(storage, ServerStorage):
        if jaeger.replicas > 1:
            yield Problem(
                (*_PATH, "replicas"),
                f"{jaeger.replicas} replicas with the storage '{storage.kind}' would each have a part of the traces",
                "Choose 1, or the storage elasticsearch or opensearch",
            )
        return
    if (storage.username is None) != (storage.password_secret is None):
        missing, given = ("passwordSecret", "username") if storage.username else ("username", "passwordSecret")
        yield Problem(
            (*_PATH, "storage", missing), f"required beside {given}", f"Add it, or remove {given} to sign in as nobody"
        )
