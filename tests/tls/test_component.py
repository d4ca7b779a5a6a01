"""Certificates as resources, and which are needed where."""

from typing import Any

import pulumi

from components.service_mesh import ServiceMesh
from components.tls.checks import unused_certificates
from components.tls.references import covered, placements
from tests.support.engine import Recorder, run
from tests.support.stacks import changed, settings_of

SECRET = "kubernetes:core/v1:Secret"
CERTIFICATE = "kubernetes:cert-manager.io/v1:Certificate"


def https(credential: str, *hosts: str, mode: str = "SIMPLE") -> dict[str, Any]:
    """A server with a certificate."""
    return {"port": 443, "protocol": "HTTPS", "hosts": list(hosts), "tls": {"mode": mode, "credential": credential}}


DOCUMENT: dict[str, Any] = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "tls": {
        "shop": {"kind": "provided", "certKey": "shop-cert", "keyKey": "shop-key", "caKey": "clients"},
        "theirs": {"kind": "existing", "secretName": "kept-by-others"},
        "auto": {"kind": "certManager", "issuer": {"name": "letsencrypt"}, "renewBefore": "360h"},
        "unused": {"kind": "existing", "secretName": "unused"},
    },
    "gateways": {
        "edge": {
            "namespace": "edge",
            "servers": [https("shop", "shop.example.com", mode="MUTUAL"), https("auto", "a.example.com")],
        },
        "partners": {
            "namespace": "partners",
            "servers": [https("shop", "*.shop.example.com", mode="MUTUAL"), https("theirs", "b.example.com")],
        },
    },
}
KEYS = ("shop-cert", "shop-key", "clients", "ca", "key", "root", "chain")


def engine(document: dict[str, Any] = DOCUMENT) -> Recorder:
    """The mesh of a document, with secrets that are named after their keys."""
    secrets = {key: pulumi.Output.secret(key) for key in KEYS}
    return run(lambda: ServiceMesh("mesh", settings_of(document), secrets))


def test_a_certificate_lies_in_the_namespace_of_every_gateway_that_shows_it() -> None:
    found = [(one.inputs["metadata"]["namespace"], one.inputs["metadata"]["name"]) for one in engine().of_type(SECRET)]
    assert found == [("edge", "shop"), ("partners", "shop")], "a gateway reads no Secret of another namespace"


def test_what_a_secret_holds_is_marked_as_secret() -> None:
    held = engine().of_type(SECRET)[0].inputs["stringData"]
    assert set(held) == {"tls.crt", "tls.key", "ca.crt"} or held == "[secret]", "the names that Istio looks for"
    assert "shop-key" not in str(held), "the state is encrypted where it is marked"


def test_a_gateway_names_the_secret_of_its_certificate() -> None:
    servers = engine().named("mesh-gateway-partners-servers").inputs["spec"]["servers"]
    names = [one["tls"]["credentialName"] for one in servers]
    assert names == ["shop", "kept-by-others"], "a Secret of somebody else keeps its own name"


def test_a_gateway_comes_after_its_certificates() -> None:
    recorder = engine()
    gateway = recorder.named("mesh-gateway-edge-servers")
    secret = recorder.named("mesh-tls-edge-shop")
    assert secret.urn in gateway.dependencies, "its port would stay closed until the certificate is there"


def test_cert_manager_is_asked_for_the_hosts_of_the_servers() -> None:
    (certificate,) = engine().of_type(CERTIFICATE)
    assert certificate.inputs["spec"] == {
        "secretName": "auto",
        "dnsNames": ["a.example.com"],
        "issuerRef": {"name": "letsencrypt", "kind": "ClusterIssuer", "group": "cert-manager.io"},
        "renewBefore": "360h",
    }, "nobody should have to write the hosts twice"


def test_a_certificate_authority_is_there_before_istiod() -> None:
    authority = {"kind": "provided", "certKey": "ca", "keyKey": "key", "rootKey": "root", "chainKey": "chain"}
    recorder = engine(changed(DOCUMENT, "certificateAuthority", authority))
    secret, istiod = recorder.named("mesh-ca-cacerts"), recorder.named("mesh-control-plane-release")
    where = (secret.inputs["metadata"]["namespace"], secret.inputs["metadata"]["name"])
    assert where == ("istio-system", "cacerts"), "istiod looks for this name in its own namespace"
    assert secret.urn in istiod.dependencies, "an istiod without it makes an authority of its own, and keeps it"


def test_a_certificate_that_no_gateway_shows_is_put_nowhere() -> None:
    assert "unused" not in {one.name for one in placements(settings_of(DOCUMENT))}, "there is no namespace for it"


def raw(api: str, spec: dict[str, Any], namespace: str = "edge") -> dict[str, Any]:
    """The document with a Gateway of `resources`, and a certificate that no server of `gateways` shows."""
    entry = {
        "apiVersion": f"{api}/v1",
        "kind": "Gateway",
        "metadata": {
            "name": "raw",
            "namespace": namespace,
            "annotations": {"istio-mesh/accept-other-gateway": "of the platform team"},
        },
        "spec": spec,
    }
    document = changed(DOCUMENT, "resources", [entry])
    return changed(document, "tls.raw", {"kind": "provided", "certKey": "shop-cert", "keyKey": "shop-key"})


def places(document: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """The namespaces and hosts of the certificate `raw`."""
    return [(one.namespace, one.hosts) for one in placements(settings_of(document)) if one.name == "raw"]


def istios(selector: dict[str, str], **tls: object) -> dict[str, Any]:
    """The spec of a Gateway of Istio."""
    port = {"number": 8443, "name": "https", "protocol": "HTTPS"}
    return {"selector": selector, "servers": [{"port": port, "hosts": ["edge/raw.example.com"], "tls": tls}]}


def test_a_gateway_of_resources_gets_its_certificate_where_its_pods_are() -> None:
    spec = istios({"istio": "partners"}, mode="SIMPLE", credentialName="raw")
    assert places(raw("networking.istio.io", spec)) == [("partners", ("raw.example.com",))], "istiod looks there"
    secrets = [one.inputs["metadata"] for one in engine(raw("networking.istio.io", spec)).of_type(SECRET)]
    assert ("partners", "raw") in [(one["namespace"], one["name"]) for one in secrets], "without it the port is closed"


def test_a_gateway_of_resources_for_other_pods_gets_none() -> None:
    spec = istios({"istio": "somebody-elses"}, mode="SIMPLE", credentialName="raw")
    assert places(raw("networking.istio.io", spec)) == [], "their namespace is not known"


def test_a_gateway_of_the_gateway_api_gets_its_certificate_beside_it() -> None:
    tls = {"mode": "Terminate", "certificateRefs": [{"name": "raw"}]}
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": "raw.example.com", "tls": tls}
    spec = {"gatewayClassName": "istio", "listeners": [listener]}
    document = raw("gateway.networking.k8s.io", spec, namespace="team")
    assert places(document) == [("team", ("raw.example.com",))], "a listener names a Secret of its own namespace"


def test_certificates_that_no_gateway_shows_are_warned_of() -> None:
    assert [one.line("S") for one in unused_certificates(settings_of(DOCUMENT))] == [
        "S: mesh.tls.unused: no gateway of this stack shows it, so that it is put nowhere. Add a server with "
        "`credential: unused`, a Gateway in `resources` that names its Secret, or remove it. [MESH-210]"
    ], "a certificate that is declared seems to be in use"


def test_a_star_stands_for_one_label() -> None:
    names = ["*.example.com"]
    found = [
        host for host in ("a.example.com", "*.example.com", "a.b.example.com", "example.com") if covered(host, names)
    ]
    assert found == ["a.example.com", "*.example.com"], "as browsers see it (RFC 6125)"
