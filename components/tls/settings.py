"""Settings of certificates: where each comes from, never what is in it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from components.settings.field_types import ConfigKey, DnsName, Duration, Host
from components.settings.model import SettingsModel


class ProvidedTls(SettingsModel):
    """A certificate of one's own, from secret configuration (`pulumi config set --secret NAME < FILE`).

    The fields are names of configuration keys beside `mesh`. The Secret has the name of this entry and lies in the
    namespace of each gateway that refers to it, by a server or by a Gateway of `resources` that names this Secret.
    """

    kind: Literal["provided"]
    """Where the certificate comes from."""
    cert_key: Annotated[ConfigKey, Field(examples=["shop-cert"])]
    """The configuration key that holds the certificate: PEM, the server's own first, then its intermediates."""
    key_key: Annotated[ConfigKey, Field(examples=["shop-key"])]
    """The secret configuration key that holds the private key: PEM, without a passphrase."""
    ca_key: ConfigKey | None = None
    """The configuration key that holds the CA certificates (PEM) that clients are verified with, for MUTUAL."""


class ExistingTls(SettingsModel):
    """A Secret that somebody else keeps in the namespace of each gateway that refers to it."""

    kind: Literal["existing"]
    """Where the certificate comes from."""
    secret_name: Annotated[DnsName, Field(examples=["shop-certificate"])]
    """The name of the Secret, of type kubernetes.io/tls; for MUTUAL it needs a ca.crt as well."""


class IssuerKind(StrEnum):
    """Whether an issuer of cert-manager serves one namespace or all."""

    ISSUER = "Issuer"
    CLUSTER_ISSUER = "ClusterIssuer"


class Issuer(SettingsModel):
    """An issuer of cert-manager (cert-manager.io/docs/concepts/issuer)."""

    name: Annotated[DnsName, Field(examples=["letsencrypt"])]
    """The name of the issuer."""
    kind: IssuerKind = IssuerKind.CLUSTER_ISSUER
    """ClusterIssuer serves all namespaces; an Issuer has to be in the gateway's own."""


class CertManagerTls(SettingsModel):
    """A certificate that cert-manager, which has to be in the cluster, obtains and renews.

    The Certificate and its Secret have the name of this entry, in the namespace of each gateway that refers to it.
    """

    kind: Literal["certManager"]
    """Where the certificate comes from."""
    issuer: Annotated[Issuer, Field(examples=[{"name": "letsencrypt"}])]
    """Who issues it. For MUTUAL, clients are verified with the issuer's own CA, which public issuers do not give."""
    dns_names: tuple[Host, ...] = ()
    """The names in the certificate; the hosts of the servers that refer to it when left out."""
    duration: Duration | None = None
    """For how long it is issued, 1h at least: '2160h' is 90 days, cert-manager's default."""
    renew_before: Duration | None = None
    """How long before its end it is renewed, 5m at least; after two thirds of the duration when left out."""


TlsSettings = Annotated[ProvidedTls | ExistingTls | CertManagerTls, Field(discriminator="kind")]
"""One certificate, by where it comes from."""


class ProvidedAuthority(SettingsModel):
    """A certificate authority of one's own for the workloads' certificates, in place of istiod's self-signed one.

    The fields are names of configuration keys beside `mesh`; they become the Secret `cacerts` of the root namespace
    (istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert).
    """

    kind: Literal["provided"]
    """Where the authority comes from; it can only be provided."""
    cert_key: Annotated[ConfigKey, Field(examples=["ca-cert"])]
    """The configuration key that holds the certificate of the authority itself (PEM)."""
    key_key: Annotated[ConfigKey, Field(examples=["ca-key"])]
    """The secret configuration key that holds its private key (PEM)."""
    root_key: Annotated[ConfigKey, Field(examples=["ca-root"])]
    """The configuration key that holds the root certificate (PEM), which all workloads trust."""
    chain_key: Annotated[ConfigKey, Field(examples=["ca-chain"])]
    """The configuration key that holds the chain (PEM): the authority's certificate, then each issuer to the root."""
