"""How objects name hosts, gateways and namespaces, written out in full."""

from collections.abc import Iterable

from components.services.names import CLUSTER_DOMAIN
from components.traffic.checks.values import is_address

EVERYWHERE = "*"
"""Among the namespaces that see an object: all of them."""

USUAL_GATEWAYS = ("ingressgateway", "egressgateway", "eastwestgateway")
"""Gateways as Istio's own profiles and samples label them, so that one that is not here may well be elsewhere."""

WITHIN = ("istio-waypoint", "istio-east-west")
"""The classes of Gateways of the Gateway API that take nothing from outside of the mesh."""

_SERVICE_DOMAIN = f".svc.{CLUSTER_DOMAIN}"


def full_host(host: str, namespace: str) -> str:
    """A host as Istio understands it in an object of `namespace`: a name without a dot is a Service there.

    Source: ResolveShortnameToFQDN of Istio's pilot/pkg/model/config.go.
    """
    host = host.lower()
    if not host or host == "*" or "." in host or is_address(host):
        return host
    return f"{host}.{namespace}{_SERVICE_DOMAIN}"


def service_of(host: str) -> tuple[str, str] | None:
    """Namespace and name of the Service that a full host is for; None for a host that is no Service of the cluster."""
    name, dot, namespace = host.removesuffix(_SERVICE_DOMAIN).rpartition(".")
    if not host.endswith(_SERVICE_DOMAIN) or not dot or "." in name or name.startswith("*"):
        return None
    return namespace, name


def gateway_of(reference: str, namespace: str) -> tuple[str, str]:
    """Namespace and name of the Gateway that a VirtualService of `namespace` refers to.

    Source: resolveGatewayName of Istio's pilot/pkg/model/config.go.
    """
    home, slash, name = reference.rpartition("/")
    if slash:
        return (namespace if home == "." else home), name
    name, dot, rest = reference.partition(".")
    return (rest.partition(".")[0] if dot else namespace), name


def seen_from(visible: Iterable[str], namespace: str) -> bool:
    """Whether an object that is visible in these namespaces is visible in `namespace`."""
    return not {EVERYWHERE, namespace}.isdisjoint(visible)


def seen_together(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a namespace sees both of two objects."""
    if EVERYWHERE in one or EVERYWHERE in other:
        return bool(one and other)
    return bool(one & other)
