"""Settings of Cilium and Calico under which traffic passes Istio's proxies by.

The rules are those of Istio's own installer (operator/pkg/apis/validation/validation.go, detectCniIncompatibility).
"""

from operations.precheck.documents import Cluster, Document, part
from operations.precheck.findings import Finding, fine, warning

CHECK = "cni"


def check_cni(cluster: Cluster) -> list[Finding]:
    """Warnings, as Istio's installer has them: whether traffic is affected depends on more than these settings."""
    findings = _calico(cluster.calico) + _cilium(part(cluster.cilium, "data"), with_cni=bool(cluster.cni_nodes))
    found = [name for name, there in (("Cilium", cluster.cilium), ("Calico", cluster.calico)) if there]
    return findings or [fine(CHECK, f"{' and '.join(found) or 'no Cilium or Calico'} found, with nothing in the way")]


def _calico(document: Document) -> list[Finding]:
    spec = part(document, "spec")
    findings: list[Finding] = []
    if (mode := spec.get("bpfConnectTimeLoadBalancing", "Disabled")) != "Disabled":
        what = f"Calico has bpfConnectTimeLoadBalancing={mode}: it sends to pods directly, past the sidecar's routes"
        findings.append(
            warning(CHECK, what, "Set bpfConnectTimeLoadBalancing to Disabled in FelixConfiguration default")
        )
    if spec.get("bpfConnectTimeLoadBalancingEnabled") is True:
        what = (
            "Calico has bpfConnectTimeLoadBalancingEnabled=true: it sends to pods directly, past the sidecar's routes"
        )
        fix = "Set bpfConnectTimeLoadBalancingEnabled to false in FelixConfiguration default"
        findings.append(warning(CHECK, what, fix))
    return findings


def _cilium(data: dict[str, str], *, with_cni: bool) -> list[Finding]:
    hosts_only = data.get("bpf-lb-sock-hostns-only") == "true"
    findings: list[Finding] = []
    if with_cni and data.get("cni-exclusive") == "true":
        what = "Cilium has cni-exclusive=true, and istio-cni is in the cluster: Cilium overwrites its configuration"
        findings.append(warning(CHECK, what, "Set cni-exclusive to false (Helm: cni.exclusive=false)"))
    if data.get("bpf-lb-sock") == "true" and not hosts_only:
        what = "Cilium has bpf-lb-sock=true: it picks the pod in the socket, before the sidecar sees the request"
        fix = "Set bpf-lb-sock-hostns-only to true (Helm: socketLB.hostNamespaceOnly=true)"
        findings.append(warning(CHECK, what, fix))
    if data.get("kube-proxy-replacement") == "strict" and not hosts_only:
        what = "Cilium has kube-proxy-replacement=strict without bpf-lb-sock-hostns-only: traffic may pass sidecars by"
        fix = "Set bpf-lb-sock-hostns-only to true (Helm: socketLB.hostNamespaceOnly=true)"
        findings.append(warning(CHECK, what, fix))
    return findings
