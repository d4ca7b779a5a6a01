"""What `resources` of a production stack must not hold, as the sections that say the same must not."""

from collections.abc import Iterator

from components.gateways.servers import TlsVersion
from components.kinds.node import Node
from components.kinds.reasons import REASON, is_explained
from components.resources.node import resource_node
from components.security.mtls.settings import MtlsMode
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem
from components.settings.wording import shown

_PLAIN = (MtlsMode.PERMISSIVE, MtlsMode.DISABLE)
_RETIRED = (TlsVersion.TLSV1_0, TlsVersion.TLSV1_1)


def resource_guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    """Plain text without a word about why, and retired versions of TLS.

    Gateways for every host are refused by the check of all Gateways together (components/traffic/checks/whole).
    """
    for index, entry in enumerate(settings.resources):
        group = entry.api_version.partition("/")[0]
        node = resource_node(entry, index)
        if (group, entry.kind) == ("security.istio.io", "PeerAuthentication"):
            yield from _plain_text(node)
        elif (group, entry.kind) == ("networking.istio.io", "Gateway"):
            yield from _old_tls(node.at("spec", "servers"))
        elif (group, entry.kind) == ("networking.istio.io", "Sidecar"):
            yield from _old_tls(node.at("spec", "ingress"))


def _plain_text(node: Node) -> Iterator[Problem]:
    if is_explained(node):
        return
    ports = [one.at("mode") for _, one in node.at("spec", "portLevelMtls").entries]
    for mode in (node.at("spec", "mtls", "mode"), *ports):
        if mode.text in _PLAIN:
            yield mode.problem(
                f"{shown(mode.text)} accepts plain text, which production refuses without a reason",
                f"Use STRICT, or say why and until when in the annotation {REASON}",
            )


def _old_tls(servers: Node) -> Iterator[Problem]:
    """Servers that accept what RFC 8996 has retired."""
    for server in servers:
        oldest = server.at("tls", "minProtocolVersion")
        if oldest.text in _RETIRED:
            yield oldest.problem(
                f"{shown(oldest.text)} is retired (RFC 8996), and production refuses it",
                "Remove the key to keep TLSV1_2",
            )
