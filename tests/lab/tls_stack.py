"""A stack of the tests' own with certificates, on the lab: its file, its secrets, and requests to its gateway."""

import socket
import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography import x509

from lab.proxy import Proxy
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.support.certificates import Pair, authority, server

STACK = "tls"
SHOP, ADMIN = "shop.example.com", "admin.example.com"
OPTIONAL, NARROW = "optional.example.com", "narrow.example.com"
CIPHER, OTHER_CIPHER = "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"
"""The only cipher suite of the server NARROW, and one that Envoy takes by default."""
HOSTS = [SHOP, ADMIN, OPTIONAL, NARROW]
MESH = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "namespaces": {
        "bookinfo": {"injection": "enabled"},
        "default": {"create": False, "labels": {"mesh-test": "labelled"}},
        "shop": {
            "podSecurity": {"enforce": "baseline"},
            "annotations": {"example.com/owner": "team shop"},
            "resourceQuota": {"pods": "5"},
            "limits": {"requests": {"cpu": "10m"}, "max": {"cpu": "1"}},
        },
    },
    "mtls": {
        "namespaces": {
            "bookinfo": {
                "mode": "STRICT",
                "workloads": {"db": {"selector": {"matchLabels": {"app": "db"}}, "ports": {"5432": "DISABLE"}}},
            }
        }
    },
    "tls": {
        "shop": {"kind": "provided", "certKey": "shop-cert", "keyKey": "shop-key"},
        "admin": {"kind": "provided", "certKey": "admin-cert", "keyKey": "admin-key", "caKey": "clients-ca"},
        "optional": {"kind": "provided", "certKey": "optional-cert", "keyKey": "optional-key", "caKey": "clients-ca"},
        "narrow": {"kind": "provided", "certKey": "narrow-cert", "keyKey": "narrow-key"},
    },
    "gateways": {
        "ingressgateway": {
            "namespace": "istio-ingress",
            "labels": {"team": "edge"},
            "service": {
                "annotations": {"example.com/kind": "nlb"},
                "loadBalancerSourceRanges": ["203.0.113.0/24"],
                "externalTrafficPolicy": "Local",
            },
            "tolerations": [{"key": "edge", "operator": "Exists"}],
            "topologySpreadConstraints": [
                {"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
            ],
            "servers": [
                {"port": 80, "protocol": "HTTP", "hosts": HOSTS, "tls": {"httpsRedirect": True}},
                {"port": 443, "protocol": "HTTPS", "hosts": [SHOP], "tls": {"mode": "SIMPLE", "credential": "shop"}},
                {
                    "port": 443,
                    "protocol": "HTTPS",
                    "hosts": [ADMIN],
                    "tls": {"mode": "MUTUAL", "credential": "admin", "minProtocolVersion": "TLSV1_3"},
                },
                {
                    "port": 443,
                    "protocol": "HTTPS",
                    "hosts": [OPTIONAL],
                    "tls": {"mode": "OPTIONAL_MUTUAL", "credential": "optional"},
                },
                {
                    "port": 443,
                    "protocol": "HTTPS",
                    "hosts": [NARROW],
                    "tls": {
                        "mode": "SIMPLE",
                        "credential": "narrow",
                        "maxProtocolVersion": "TLSV1_2",
                        "cipherSuites": [CIPHER],
                    },
                },
            ],
        }
    },
    "samples": {"bookinfo": {"namespace": "bookinfo", "gateway": "ingressgateway", "hosts": HOSTS}},
}


class TlsStack(OwnStack):
    """The stack and its certificates, all of which one CA has issued."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder, STACK, MESH)
        self.ca = authority()
        self.client = server("client.example.com", issuer=self.ca)
        self.secrets: list[str] = []
        self.store("shop", server(SHOP, issuer=self.ca))
        self.store("admin", server(ADMIN, issuer=self.ca))
        self.store("optional", server(OPTIONAL, issuer=self.ca))
        self.store("narrow", server(NARROW, issuer=self.ca))
        self.keep("clients-ca", self.ca.pem)

    def keep(self, key: str, text: str) -> None:
        """Put a value into the stack's secret configuration, and remember it as a secret."""
        super().keep(key, text)
        self.secrets.append(text)

    def store(self, name: str, pair: Pair) -> None:
        """Put a certificate and its key into the stack's secret configuration."""
        self.keep(f"{name}-cert", pair.pem)
        self.keep(f"{name}-key", pair.key_pem)


def client_context(
    ca: str, *, newest: ssl.TLSVersion | None = None, cipher: str | None = None, verified: bool = True
) -> ssl.SSLContext:
    """What a client verifies with (the CA; nothing, when not `verified`), and speaks at most.

    With `cipher` it is TLS 1.2 with this suite alone.
    """
    context = ssl.create_default_context(cadata=ca)
    if not verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if cipher:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(cipher)
    # A CA of the tests has no key identifiers, which newer Pythons would insist on.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    if newest:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # So that the server refuses, and not this machine's OpenSSL.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context.minimum_version = context.maximum_version = newest
    return context


@dataclass(frozen=True)
class Visitor:
    """Somebody who trusts the stack's CA and talks to its gateway."""

    stack: TlsStack
    proxy: Proxy

    def get(self, host: str, *, name: str | None = None, context: ssl.SSLContext | None = None) -> httpx.Response:
        """GET /productpage of `host` over TLS; `name` is what the handshake asks for, when that differs.

        Raises:
            httpx.TransportError: the handshake or the connection is refused.
        """
        with httpx.Client(verify=context or self.context(), trust_env=False) as client:
            return client.get(
                f"https://127.0.0.1:{self.proxy.listeners[443]}/productpage",
                headers={"Host": host},
                extensions={"sni_hostname": name or host},
            )

    def context(
        self,
        *,
        client: Pair | None = None,
        newest: ssl.TLSVersion | None = None,
        cipher: str | None = None,
        verified: bool = True,
    ) -> ssl.SSLContext:
        """What the visitor verifies with (nothing, when not `verified`), shows, and speaks at most.

        With `cipher` it is TLS 1.2 with this suite alone.
        """
        context = client_context(self.stack.ca.pem, newest=newest, cipher=cipher, verified=verified)
        if client:
            file = self.stack.folder / "client.pem"
            file.write_text(client.pem + client.key_pem)
            context.load_cert_chain(file)
        return context

    def serial(self) -> int:
        """The serial number of the certificate that the shop shows now."""
        port = self.proxy.listeners[443]
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", port), timeout=5)
        with raw, context.wrap_socket(raw, server_hostname=SHOP) as secured:
            shown = secured.getpeercert(binary_form=True)
        assert shown, "a server of mode SIMPLE shows a certificate"
        return x509.load_der_x509_certificate(shown).serial_number
