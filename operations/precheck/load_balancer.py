"""Whether something in the cluster gives addresses to Services of the type LoadBalancer."""

from components.gateways.settings import ServiceType
from components.settings.mesh import MeshSettings
from operations.precheck.documents import Cluster, name_of, part, parts
from operations.precheck.findings import Finding, fine, unreadable, warning

CHECK = "load balancer"
_WITHOUT = ("kind", "kwok", "minikube")
"""Providers of nodes on which nothing gives addresses by itself."""


def check_load_balancer(settings: MeshSettings, cluster: Cluster) -> Finding:
    """A hint, never a refusal: Kubernetes does not tell whether there is a controller for load balancers."""
    wanted = [name for name, one in settings.gateways.items() if one.service.type is ServiceType.LOAD_BALANCER]
    if not wanted:
        return fine(CHECK, "no gateway asks for one")
    if cluster.services is None:
        return unreadable(CHECK, "services")
    balanced = [one for one in cluster.services if part(one, "spec").get("type") == "LoadBalancer"]
    served = [one for one in balanced if parts(one, "status", "loadBalancer", "ingress")]
    if served:
        return fine(CHECK, f"others have got an address, such as {name_of(served[0])}")
    fix = f"Install one, such as MetalLB, or set gateways.{wanted[0]}.service.type to NodePort or ClusterIP"
    if balanced:
        return warning(CHECK, f"{name_of(balanced[0])} waits for an address, and nothing else has one", fix)
    clouds = {str(part(node, "spec").get("providerID", "")).partition(":")[0] for node in cluster.nodes or []}
    if known := sorted(clouds - {"", *_WITHOUT}):
        return fine(CHECK, f"the nodes are of {', '.join(known)}, which has load balancers as a rule")
    return warning(CHECK, f"nothing shows that gateway {wanted[0]} would get an address", fix)
