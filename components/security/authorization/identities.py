"""Identities of workloads, as Istio's policies name them."""

from components.services.names import CLUSTER_DOMAIN, service_account
from components.settings.mesh import MeshSettings


def trust_domains(settings: MeshSettings) -> tuple[str, ...]:
    """The trust domain of the mesh, then its aliases."""
    mesh = settings.mesh_config
    return ((mesh.trust_domain or CLUSTER_DOMAIN).rstrip("."), *(mesh.trust_domain_aliases or ()))


def principal(settings: MeshSettings, namespace: str, account: str) -> str:
    """The identity of a service account: that of its certificate, without `spiffe://`.

    Source: istio.io/latest/docs/reference/config/security/authorization-policy, Source.principals.
    """
    domain = (settings.mesh_config.trust_domain or CLUSTER_DOMAIN).rstrip(".")
    return f"{domain}/ns/{namespace}/sa/{account}"


def service_principal(settings: MeshSettings, key: str) -> str:
    """The identity of an entry of `services`."""
    service = settings.services[key]
    return principal(settings, service.namespace, service_account(key, service))


def gateway_principal(settings: MeshSettings, name: str) -> str:
    """The identity of an entry of `gateways`: the chart names its service account after the release.

    Source: gateway.serviceAccountName in templates/_helpers.tpl of Istio's chart gateway.
    """
    return principal(settings, settings.gateways[name].namespace, name)


def account_principal(settings: MeshSettings, text: str, namespace: str) -> str:
    """The identity of NAMESPACE/NAME, or of NAME in `namespace`."""
    home, slash, name = text.rpartition("/")
    return principal(settings, home if slash else namespace, name)
