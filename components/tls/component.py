"""Certificates as Kubernetes resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object, kubernetes_secret
from components.tls.references import Placement
from components.tls.settings import CertManagerTls, ProvidedAuthority, ProvidedTls, TlsSettings
from components.tls.specs import certificate_manifest


@dataclass(frozen=True, kw_only=True)
class GatewayCertificatesArgs:
    """What `GatewayCertificates` needs: the entries of mesh.tls, where each belongs, and the values of their keys."""

    entries: Mapping[str, TlsSettings]
    placements: Sequence[Placement]
    secrets: Mapping[str, pulumi.Output[str]]


class GatewayCertificates(pulumi.ComponentResource):
    """Puts each certificate into the namespace of every gateway that refers to it: gateways read no other namespace."""

    def __init__(self, name: str, args: GatewayCertificatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:GatewayCertificates", name, {}, opts)
        for place in args.placements:
            entry = args.entries[place.name]
            role = f"{name}-{place.namespace}-{place.name}"
            if isinstance(entry, ProvidedTls):
                manifest = _secret(place.name, place.namespace, _server_data(entry, args.secrets))
                kubernetes_secret(role, {**manifest, "type": "kubernetes.io/tls"}, opts=child_options(self, opts))
            elif isinstance(entry, CertManagerTls):
                kubernetes_object(role, certificate_manifest(entry, place), opts=child_options(self, opts))
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class CertificateAuthorityArgs:
    """What `CertificateAuthority` needs: whose keys hold it, their values, and the root namespace."""

    authority: ProvidedAuthority
    root_namespace: str
    secrets: Mapping[str, pulumi.Output[str]]


class CertificateAuthority(pulumi.ComponentResource):
    """Gives istiod a certificate authority to sign with, which has to be there before istiod starts."""

    def __init__(self, name: str, args: CertificateAuthorityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:CertificateAuthority", name, {}, opts)
        authority = args.authority
        # The names are istiod's (istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert).
        data = {
            "ca-cert.pem": args.secrets[authority.cert_key],
            "ca-key.pem": args.secrets[authority.key_key],
            "root-cert.pem": args.secrets[authority.root_key],
            "cert-chain.pem": args.secrets[authority.chain_key],
        }
        manifest = _secret("cacerts", args.root_namespace, data)
        kubernetes_secret(f"{name}-cacerts", manifest, opts=child_options(self, opts))
        self.register_outputs({})


def _secret(name: str, namespace: str, data: Mapping[str, pulumi.Output[str]]) -> Manifest:
    metadata = {"name": name, "namespace": namespace, "labels": COMMON_LABELS}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}


def _server_data(entry: ProvidedTls, secrets: Mapping[str, pulumi.Output[str]]) -> dict[str, pulumi.Output[str]]:
    clients = {"ca.crt": secrets[entry.ca_key]} if entry.ca_key else {}
    return {"tls.crt": secrets[entry.cert_key], "tls.key": secrets[entry.key_key]} | clients
