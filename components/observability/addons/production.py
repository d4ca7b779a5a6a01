"""What production refuses of addons although demo allows it."""

from collections.abc import Iterator

from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

with imported_when_used():
    from components.observability.addons.grafana.settings import InstalledGrafana
    from components.observability.addons.jaeger.settings import InstalledJaeger, MemoryStorage
    from components.observability.addons.kiali.settings import InstalledKiali, KialiStrategy
    from components.observability.addons.prometheus.settings import InstalledPrometheus


def addon_guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    """Nobody looks without a login, alerts survive the loss of a node, data survives a restart."""
    addons = settings.addons
    if isinstance(addons.prometheus, InstalledPrometheus):
        yield from _prometheus(addons.prometheus, ("addons", "prometheus"))
    if isinstance(addons.grafana, InstalledGrafana) and addons.grafana.anonymous:
        yield Problem(
            ("addons", "grafana", "anonymous"),
            "true lets everybody look who reaches Grafana, which production refuses",
            "Remove the key; `./mesh dashboard grafana --login` shows the login",
        )
    if isinstance(addons.kiali, InstalledKiali) and addons.kiali.auth.strategy is KialiStrategy.ANONYMOUS:
        yield Problem(
            ("addons", "kiali", "auth", "strategy"),
            "'anonymous' gives everybody who reaches Kiali its own rights in the cluster, which production refuses",
            "Choose token or openid",
        )
    if isinstance(addons.jaeger, InstalledJaeger) and isinstance(addons.jaeger.storage, MemoryStorage):
        yield Problem(
            ("addons", "jaeger", "storage", "kind"),
            "'memory' loses every trace with the pod, which production refuses",
            "Choose badger, elasticsearch or opensearch",
        )
    if settings.control_plane.namespace == addons.namespace:
        yield Problem(
            ("addons", "namespace"),
            f"'{addons.namespace}' holds the mesh's CA, and addons read Secrets of their namespace; production refuses "
            "that",
            "Choose a namespace of its own",
        )


def _prometheus(prometheus: InstalledPrometheus, path: Path) -> Iterator[Problem]:
    for place, replicas in ((path, prometheus.replicas), ((*path, "alertmanager"), prometheus.alertmanager.replicas)):
        if replicas < 2:
            yield Problem(
                (*place, "replicas"),
                f"{replicas} replica is a single point of failure for alerts, which production refuses",
                "Choose 2 or more",
            )
    if prometheus.persistence is None:
        yield Problem(
            (*path, "persistence"),
            "without a volume all metrics are lost with the pod, which production refuses",
            "Remove the key to keep the profile's volume, or give a size",
        )
