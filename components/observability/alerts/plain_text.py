"""Where no plain text is expected."""

from components.security.mtls.effective import peer_authentications
from components.security.mtls.settings import MtlsMode
from components.security.selection import Pods, mtls_mode, said_mode, selected_labels
from components.settings.mesh import MeshSettings
from components.traffic.simulation.mesh_object import MeshObject

_LABEL = "destination_workload_namespace"

EVERYWHERE = f'{_LABEL}!=""'
"""The matcher for all workloads."""


def strict_namespaces(settings: MeshSettings) -> str | None:
    """A matcher of PromQL for the workloads of which STRICT is expected; None where it is expected of none.

    Namespaces with an exception for some of their pods are left out whole: a metric does not tell pods by label.
    """
    root, policies = settings.control_plane.namespace, list(peer_authentications(settings))
    exceptions = {one.namespace for one in policies if selected_labels(one) and _lets_plain_text_in(one)}
    whole = [one for one in policies if not selected_labels(one)]

    def is_strict(namespace: str) -> bool:
        return mtls_mode(whole, Pods(namespace=namespace, labels={}), root).mode == MtlsMode.STRICT

    named = {one.namespace for one in policies} - {root}
    strict = {name for name in named - exceptions if is_strict(name)}
    if is_strict(root):
        return f'{_LABEL}!~"{"|".join(sorted(named - strict))}"' if named - strict else EVERYWHERE
    return f'{_LABEL}=~"{"|".join(sorted(strict))}"' if strict else None


def _lets_plain_text_in(policy: MeshObject) -> bool:
    """Whether it accepts plain text at any port."""
    said = (policy.spec.at("mtls"), *(one for _, one in policy.spec.at("portLevelMtls").entries))
    return any(said_mode(one) not in (None, MtlsMode.STRICT) for one in said)
