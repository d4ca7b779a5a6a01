"""Checks of what services refer to: namespaces, versions, other services."""

from collections.abc import Iterable, Iterator

from components.services.names import service_name
from components.services.settings import ServiceSettings
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import suggestion


def reference_problems(settings: MeshSettings, key: str, path: Path) -> Iterator[Problem]:
    """Names that lead nowhere."""
    service = settings.services[key]
    yield from namespace_problems(settings, service.namespace, (*path, "namespace"))
    yield from _versions(settings, key, path)
    yield from _calls(settings, key, (*path, "calls"))


def _calls(settings: MeshSettings, key: str, path: Path) -> Iterator[Problem]:
    for index, call in enumerate(settings.services[key].calls or ()):
        callee = call if isinstance(call, str) else call.service
        here = (*path, index) if isinstance(call, str) else (*path, index, "service")
        if callee == key and settings.authorization is None:
            yield Problem(here, "a service need not be told that it may call itself", "Remove it")
        elif callee in settings.externals and callee not in settings.services and not isinstance(call, str):
            rule = f"'{callee}' is external, where Istio has no say about methods, paths and ports"
            yield Problem(here, rule, f"Write the name alone: `- {callee}`")
        elif callee not in settings.services and callee not in settings.externals:
            yield _unknown(
                here,
                f"there is no '{callee}' in mesh.services or mesh.externals",
                callee,
                [*settings.services, *settings.externals],
            )


def twin_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Entries of `services` that are one Service in Kubernetes."""
    first: dict[tuple[str, str], str] = {}
    for key, service in settings.services.items():
        earlier = first.setdefault((service.namespace, service_name(key, service)), key)
        if earlier != key:
            yield Problem(
                ("services", key),
                f"is the same Service as services.{earlier}, and one entry is for all ports of a Service",
                "Merge the two, with one of the ports in `ports`, or give one of them another `name`; routes by port "
                "go into `resources` (VirtualService, `match.port`)",
            )


def namespace_problems(settings: MeshSettings, namespace: str, path: Path) -> Iterator[Problem]:
    """A namespace of which the stack knows nothing, so that nobody would create it before the objects in it."""
    known = {*settings.namespaces, *(one.namespace for one in settings.gateways.values())}
    if namespace not in known:
        meant = suggestion(namespace, known)
        fix = f"Add `{namespace}: {{injection: enabled}}` there, with `create: false` when it is there already"
        yield Problem(
            path,
            f"there is no namespace '{namespace}' in mesh.namespaces",
            f"Did you mean '{meant}'?" if meant else fix,
        )


def _versions(settings: MeshSettings, key: str, path: Path) -> Iterator[Problem]:
    service = settings.services[key]
    for version in service.weights or {}:
        yield from _version(service, version, (*path, "weights", version))
    for index, tester in enumerate(service.testers):
        yield from _version(service, tester.version, (*path, "testers", index, "version"))
    for index, mirror in enumerate(service.mirrors or ()):
        yield from _target(settings, key, mirror.service, mirror.version, (*path, "mirrors", index))
    for index, route in enumerate(service.routes):
        here = (*path, "routes", index)
        if route.version:
            yield from _version(service, route.version, (*here, "version"))
        for version in route.weights or {}:
            yield from _version(service, version, (*here, "weights", version))
        for number, one in enumerate(route.destinations or ()):
            yield from _target(settings, key, one.service, one.version, (*here, "destinations", number))
        for number, mirror in enumerate(route.mirrors or ()):
            yield from _target(settings, key, mirror.service, mirror.version, (*here, "mirrors", number))


def _target(settings: MeshSettings, key: str, named: str | None, version: str | None, path: Path) -> Iterator[Problem]:
    target = settings.services.get(named or key)
    if target is None:
        yield _unknown((*path, "service"), f"there is no '{named}' in mesh.services", named or "", settings.services)
        return
    if not target.protocol.http:
        rule = f"'{named}' speaks {target.protocol}, where requests of HTTP are routed"
        yield Problem((*path, "service"), rule, "Name a service that speaks HTTP")
    if version:
        yield from _version(target, version, (*path, "version"))


def _version(service: ServiceSettings, version: str, path: Path) -> Iterator[Problem]:
    if version not in service.versions:
        known = ", ".join(service.versions)
        rule = f"there is no version '{version}'" + (f"; there are {known}" if known else ", nor any other")
        yield _unknown(path, rule, version, service.versions, fix="Declare it in `versions`")


def _unknown(path: Path, rule: str, word: str, known: Iterable[str], fix: str = "Declare it there") -> Problem:
    meant = suggestion(word, known)
    return Problem(path, rule, f"Did you mean '{meant}'?" if meant else fix)
