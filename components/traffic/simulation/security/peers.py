"""How two proxies speak with each other: whether by mutual TLS, and what the receiver makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.kinds.node import Node
from components.security.selection import Pods, mtls_mode
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.security.decide import SECURITY
from components.traffic.simulation.services import Service

BROKEN = 503
"""What the proxy of a caller answers when the connection is not taken."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One connection between two proxies."""

    mode: str | None
    """What the receiver takes: STRICT, PERMISSIVE or DISABLE; None for a gateway, which has no such mode."""
    policy: str | None
    """The PeerAuthentication that says so; None for Istio's default."""
    mutual: bool
    """Whether it is mutual TLS."""
    refused: str | None = None
    """Why the receiver does not take it."""


def connection(
    stack: Stack, pods: Pods, port: int, *, caller_meshed: bool, service: Service | None, tls: Mapping[str, object]
) -> Connection:
    """The connection to pods with a sidecar, at one of their ports; `tls` is that of the caller's DestinationRule.

    Without a DestinationRule both sides speak mutual TLS where both can. A gateway cannot: its pods have no label
    security.istio.io/tlsMode (injection-template.yaml of Istio's chart istiod, and no other template), and what they
    take its servers say, not a PeerAuthentication. Source:
    istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration, Auto mTLS.
    """
    wanted = Node(dict(tls), ()).at("mode").text
    if service is not None and service.gateway:
        return Connection(mode=None, policy=None, mutual=caller_meshed and wanted == "ISTIO_MUTUAL")
    found = mtls_mode(stack.of_kind("PeerAuthentication", SECURITY), pods, stack.root_namespace, port)
    automatic = stack.auto_mtls and found.mode != "DISABLE" and (service is None or service.injected is not False)
    mutual = caller_meshed and (wanted == "ISTIO_MUTUAL" if wanted else automatic)
    refused = None
    if found.mode == "STRICT" and not mutual:
        why = "its DestinationRule says so" if wanted else "" if caller_meshed else "it has no sidecar"
        refused = f"the workload takes mutual TLS only, and the caller sends plain text{f': {why}' if why else ''}"
    elif found.mode == "DISABLE" and mutual:
        refused = "the workload takes plain text only, and the caller's DestinationRule has it speak mutual TLS"
    return Connection(
        mode=found.mode, policy=found.policy.shown if found.policy else None, mutual=mutual, refused=refused
    )
