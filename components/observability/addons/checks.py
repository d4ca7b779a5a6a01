"""Checks of the addons."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from components.observability.addons.charts import installed_addons
from components.observability.addons.endpoints import browser_urls
from components.observability.addons.extra_values import extra_value_problems
from components.observability.addons.grafana.checks import grafana_problems
from components.observability.addons.jaeger.checks import jaeger_problems
from components.observability.addons.kiali.checks import kiali_problems
from components.observability.addons.names import ADDONS, TAKEN
from components.observability.addons.prometheus.checks import prometheus_problems
from components.platform.charts import chart_source_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.workload import resource_problems


def addon_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Addons that find each other, whose names are free, and whose charts come from one source."""
    addons = settings.addons
    yield from chart_source_problems(addons.charts, ("addons", "charts"))
    for name, addon in installed_addons(addons).items():
        yield from resource_problems(addon.resources, ("addons", name, "resources"))
        yield from extra_value_problems(name, addon)
    yield from prometheus_problems(addons)
    yield from grafana_problems(addons)
    yield from jaeger_problems(addons)
    yield from kiali_problems(addons)
    yield from _address_problems(settings)
    yield from _collisions(settings)


def _address_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Addresses that are none, that hold a password, or that two addons share."""
    for path, url in _urls(settings):
        yield from url_problems(url, path)
    seen: dict[str, str] = {}
    for name, url in browser_urls(settings.addons).items():
        other = seen.setdefault(url.rstrip("/"), name)
        if other != name:
            yield Problem(
                ("addons", name, "url"),
                f"'{url}' is the address of addons.{other} as well",
                "Give each addon its own address",
            )


def _urls(settings: MeshSettings) -> Iterator[tuple[Path, str]]:
    for name in ADDONS:
        addon = getattr(settings.addons, name)
        for key, field in (("url", "url"), ("internalUrl", "internal_url")):
            if url := getattr(addon, field, None):
                yield ("addons", name, key), url
    storage = getattr(settings.addons.jaeger, "storage", None)
    for index, url in enumerate(getattr(storage, "server_urls", ())):
        yield ("addons", "jaeger", "storage", "serverUrls", index), url


def url_problems(url: str, path: Path) -> Iterator[Problem]:
    """A problem for an address without a host, with a port that is none, or with a login, which is not shown."""
    try:
        parts = urlsplit(url)
        host, login, valid = parts.hostname, parts.username, (parts.port or 1) > 0
    except ValueError:
        host, login, valid = None, None, False
    if login is not None or "@" in url:
        yield Problem(
            path,
            "holds a login, which is not shown here; settings are plain, and so is whatever they become",
            "Change that password, and remove it from the address",
        )
    elif not host or not valid:
        yield Problem(path, f"'{url}' has no host, or a port that is none", "For example: 'https://host.example.com'")


def _collisions(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways with the name of an addon in its namespace: Helm releases and Services have to differ."""
    addons = settings.addons
    taken = {name: addon for addon in installed_addons(addons) for name in TAKEN[addon]}
    for name, gateway in settings.gateways.items():
        if gateway.namespace == addons.namespace and name in taken:
            yield Problem(
                ("gateways", name),
                f"addons.{taken[name]} has a release or a Service of this name in the namespace '{addons.namespace}'",
                "Choose another name, or another namespace for one of them",
            )
