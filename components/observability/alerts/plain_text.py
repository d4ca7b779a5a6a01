"""Where no plain text is expected."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.kinds.node import Node
from components.security.mtls.settings import MtlsMode
from components.security.mtls.specs import mtls_policies
from components.settings.mesh import MeshSettings

_LABEL = "destination_workload_namespace"

EVERYWHERE = f'{_LABEL}!=""'
"""The matcher for all workloads."""

_MODES = {mode.value for mode in MtlsMode}


@dataclass(frozen=True)
class _Policy:
    """A PeerAuthentication: one that `mtls` makes, or one of `resources`."""

    namespace: str
    spec: Node

    @property
    def whole(self) -> bool:
        """Whether it is for all pods of its namespace, or of the mesh in the root namespace."""
        return not self.spec.at("selector", "matchLabels").entries

    @property
    def mode(self) -> str | None:
        """What it says for its pods; None where it leaves that to what is wider (UNSET)."""
        return _mode(self.spec.at("mtls"))

    @property
    def lets_plain_text_in(self) -> bool:
        """Whether it accepts plain text at any port."""
        ports = (_mode(one) for _, one in self.spec.at("portLevelMtls").entries)
        return any(mode not in (None, MtlsMode.STRICT.value) for mode in (self.mode, *ports))


def strict_namespaces(settings: MeshSettings) -> str | None:
    """A matcher of PromQL for the workloads of which STRICT is expected; None where it is expected of none.

    Namespaces with an exception for some of their pods are left out whole: a metric does not tell pods by label.
    Two policies for all pods of one namespace, of which Istio would take the older one, are refused elsewhere.
    """
    root, policies = settings.control_plane.namespace, list(_policies(settings))
    whole = {one.namespace: one.mode for one in policies if one.whole and one.mode}
    mesh = whole.get(root, MtlsMode.PERMISSIVE.value)
    exceptions = {one.namespace for one in policies if not one.whole and one.lets_plain_text_in}
    named = {one.namespace for one in policies} - {root}
    strict = {name for name in named - exceptions if whole.get(name, mesh) == MtlsMode.STRICT.value}
    if mesh == MtlsMode.STRICT.value:
        return f'{_LABEL}!~"{"|".join(sorted(named - strict))}"' if named - strict else EVERYWHERE
    return f'{_LABEL}=~"{"|".join(sorted(strict))}"' if strict else None


def _policies(settings: MeshSettings) -> Iterator[_Policy]:
    for manifest in mtls_policies(settings.mtls, settings.control_plane.namespace).values():
        node = Node(manifest, ("mtls",))
        yield _Policy(node.at("metadata", "namespace").text or "", node.at("spec"))
    for index, entry in enumerate(settings.resources):
        if (entry.api_version.rpartition("/")[0], entry.kind) == ("security.istio.io", "PeerAuthentication"):
            yield _Policy(entry.metadata.namespace or "", Node(entry.spec, ("resources", index, "spec")))


def _mode(mtls: Node) -> str | None:
    mode = mtls.at("mode").text
    return mode if mode in _MODES else None
