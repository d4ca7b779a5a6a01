"""Which gateways read Secrets, and of which Secrets those that they have no business with are."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from components.gateways.settings import GatewaySettings
from components.gateways.values import pod_labels
from components.settings.api import Api
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem

with imported_when_used():
    from components.resources.settings import ResourceSettings


def reads_secrets(settings: MeshSettings, name: str) -> bool:
    """Whether the pods of a gateway need the right to read Secrets of their namespace.

    istiod hands a Secret to a gateway of Istio's API only if the gateway's ServiceAccount may list all Secrets of the
    namespace, so that a right to single Secrets would not do (Authorize in pilot/pkg/credentials/kube/secrets.go of
    Istio 1.29). For the Gateway API it asks for no right (filterAuthorizedResources in pilot/pkg/xds/sds.go).
    """
    gateway = settings.gateways[name]
    if gateway.read_secrets is not None:
        return gateway.read_secrets
    begun = [one.tls_origination for one in settings.externals.values() if one.egress_gateway == name]
    return (
        (gateway.api is Api.ISTIO and bool(_credentials(gateway)))
        or any(one.credential_name for one in begun if one)
        or any(_refers(entry, name, gateway) for entry in settings.resources)
    )


def foreign_secrets(settings: MeshSettings) -> Iterator[Problem]:
    """For production: gateways whose pods could read the certificates of another gateway of their namespace."""
    for name, gateway in settings.gateways.items():
        if not reads_secrets(settings, name):
            continue
        for other, neighbour in settings.gateways.items():
            foreign = _credentials(neighbour) - _credentials(gateway)
            if other != name and neighbour.namespace == gateway.namespace and foreign:
                yield Problem(
                    ("gateways", name, "namespace"),
                    f"its pods may read every Secret of '{gateway.namespace}', also '{min(foreign)}' of the gateway "
                    f"'{other}', which production refuses",
                    "Give each gateway a namespace of its own",
                )
                break


def _credentials(gateway: GatewaySettings) -> set[str]:
    return {server.tls.credential for server in gateway.servers if server.tls and server.tls.credential}


def _refers(entry: ResourceSettings, name: str, gateway: GatewaySettings) -> bool:
    """Whether an object of `resources` has the gateway use a Secret."""
    if not entry.api_version.startswith("networking.istio.io/"):
        return False
    if entry.kind == "Gateway":
        wanted = cast("dict[str, object]", entry.spec.get("selector") or {})
        return wanted.items() <= pod_labels(name, gateway).items() and _names_secret(entry.spec)
    return entry.kind == "DestinationRule" and _names_secret(entry.spec)


def _names_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        named = any(given.get(key) for key in ("credentialName", "credentialNames", "tlsCertificates"))
        return named or any(_names_secret(one) for one in given.values())
    return isinstance(value, list | tuple) and any(_names_secret(one) for one in cast("list[Any]", value))
