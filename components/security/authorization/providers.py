"""External authorizers as services of the mesh: whoever has to ask them may call them."""

from collections.abc import Iterator, Mapping

from components.kinds.node import Node
from components.security.authorization.identities import gateway_principal, service_principal
from components.security.authorization.rules import Source
from components.security.authorization.settings import ExternalAuthorization
from components.services.names import service_host
from components.settings.mesh import MeshSettings

KINDS = ("envoyExtAuthzHttp", "envoyExtAuthzGrpc")
"""The extension providers that are asked (ExtensionProvider of Istio's MeshConfig)."""


def providers(settings: MeshSettings) -> Mapping[str, Mapping[str, object]]:
    """The extension providers of the mesh by name."""
    return {str(one.get("name")): one for one in settings.mesh_config.extension_providers or ()}


def provider_host(provider: Mapping[str, object]) -> str:
    """The host of an external authorizer; Istio takes NAMESPACE/HOST as well. Empty where it names none."""
    given = next((Node(provider[kind], ()) for kind in KINDS if kind in provider), Node(None, ()))
    return (given.at("service").text or "").rpartition("/")[2]


def askers(settings: MeshSettings) -> Iterator[tuple[str, Source]]:
    """The entries of `services` that are asked as external authorizers, each with those who ask."""
    hosts = {service_host(key, service): key for key, service in settings.services.items()}
    known = providers(settings)
    for one in settings.authorization.external.values() if settings.authorization else ():
        key = hosts.get(provider_host(known.get(one.provider, {})))
        if key is not None:
            yield from ((key, source) for source in _sources(settings, one))


def _sources(settings: MeshSettings, one: ExternalAuthorization) -> Iterator[Source]:
    names = [service_principal(settings, key) for key in one.services if key in settings.services]
    names += [gateway_principal(settings, name) for name in one.gateways if name in settings.gateways]
    if one.mesh:
        names.append("*")
    if names:
        yield {"principals": names}
    namespaces = [*one.namespaces, *(reference.namespace for reference in one.target_refs)]
    if namespaces:
        yield {"namespaces": namespaces}
