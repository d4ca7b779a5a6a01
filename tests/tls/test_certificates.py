"""Certificates and keys are looked at before anything is deployed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from components.tls.authorities import authority_findings
from components.tls.certificates import server_findings
from tests.support.certificates import NOW, Key, Pair, authority, server

ROOT = authority()
INTERMEDIATE = authority("intermediate", ROOT)
SHOP = server("shop.example.com", "*.apps.example.com", issuer=INTERMEDIATE)
CHAIN = SHOP.pem + INTERMEDIATE.pem
HOSTS = ("shop.example.com",)


def rules(
    certificate: str = CHAIN, key: str = SHOP.key_pem, clients: str | None = None, hosts: Sequence[str] = HOSTS
) -> list[tuple[str, str]]:
    """The field and the rule of everything that is found, warnings with a question mark."""
    found = server_findings(certificate, key, clients, hosts=hosts, now=NOW)
    return [(one.field, one.rule + ("?" if one.warning else "")) for one in found]


@pytest.mark.parametrize("host", ["shop.example.com", "one.apps.example.com", "*.apps.example.com"])
def test_a_whole_chain_with_its_key_and_the_hosts_is_in_order(host: str) -> None:
    assert rules(hosts=[host]) == [], "nothing is wrong with it"


@pytest.mark.parametrize("host", ["two.one.apps.example.com", "apps.example.com", "*.example.com", "shop.example.org"])
def test_a_host_that_is_not_in_the_certificate_is_named(host: str) -> None:
    told = f"holds a certificate for shop.example.com, *.apps.example.com, not for the host '{host}' of a server"
    assert rules(hosts=[host]) == [("certKey", told)], "browsers would refuse it; a '*' stands for one label only"


def test_a_key_of_another_certificate_is_refused() -> None:
    told = "holds a private key that does not belong to the certificate of certKey"
    assert rules(key=ROOT.key_pem) == [("keyKey", told)], "Envoy would refuse the listener"


def test_a_key_with_a_passphrase_is_refused() -> None:
    told = "holds a private key with a passphrase, which Envoy has nobody to ask for"
    assert rules(key=SHOP.locked_key_pem) == [("keyKey", told)], "nobody could type it"


@pytest.mark.parametrize(
    ("key", "called"),
    [
        (rsa.generate_private_key(65537, 1024), "an RSA key of 1024 bits, which Envoy refuses"),  # noqa: S505 - this is what is refused
        (ec.generate_private_key(ec.SECP224R1()), "an ECDSA key on secp224r1, which Envoy refuses"),
        (ed25519.Ed25519PrivateKey.generate(), "an Ed25519 key, which browsers do not take?"),
    ],
    ids=["rsa", "ecdsa", "ed25519"],
)
def test_a_key_that_envoy_or_browsers_do_not_take_is_told(key: Key, called: str) -> None:
    one = server(*HOSTS, issuer=ROOT, key=key)
    found = list(server_findings(one.pem, one.key_pem, None, hosts=HOSTS, now=NOW))
    assert [(each.field, each.rule + "?" * each.warning, each.fix) for each in found] == [
        (
            "keyKey",
            f"holds {called}",
            "Request a certificate for a key on P-256 (or P-384, P-521), or for RSA with 2048 bits or more",
        )
    ], "the gateway would have no certificate, or be refused by browsers"


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
    ],
    ids=["rsa", "p384", "p521"],
)
def test_a_key_that_envoy_takes_is_in_order(key: Key) -> None:
    one = server(*HOSTS, issuer=ROOT, key=key)
    assert rules(certificate=one.pem, key=one.key_pem) == [], "seen on Envoy 1.37"


@pytest.mark.parametrize("text", ["", "hunter2", CHAIN, SHOP.key_pem[:60] + "\n-----END PRIVATE KEY-----\n"])
def test_a_text_that_is_no_key_is_refused_without_being_shown(text: str) -> None:
    assert rules(key=text) == [("keyKey", "holds no private key in PEM")], "the text may be a secret"


def test_a_text_that_is_no_certificate_is_refused_without_being_shown() -> None:
    assert rules(certificate="hunter2") == [("certKey", "holds no certificate in PEM")], "the text may be a secret"


def test_certificate_and_key_the_wrong_way_round_are_told() -> None:
    told = "holds a private key, where only certificates belong"
    assert rules(certificate=SHOP.key_pem) == [("certKey", told)], "a certificate is shown to everyone"


@pytest.mark.parametrize(
    ("days", "age", "told"),
    [
        (-1, 400, f"holds a certificate that ended on {NOW - timedelta(days=1):%Y-%m-%d}"),
        (5, 1, f"holds a certificate that ends on {NOW + timedelta(days=5):%Y-%m-%d}, in 5 days?"),
        (90, -2, f"holds a certificate that begins on {NOW + timedelta(days=2):%Y-%m-%d} only"),
    ],
)
def test_a_certificate_out_of_its_time_is_told_with_the_day(days: int, age: int, told: str) -> None:
    one = server(*HOSTS, issuer=ROOT, days=days, age=age)
    assert rules(certificate=one.pem, key=one.key_pem) == [("certKey", told)], "clients compare it with their clocks"


def test_a_chain_in_the_wrong_order_is_refused() -> None:
    found = rules(certificate=SHOP.pem + ROOT.pem + INTERMEDIATE.pem)
    told = "holds 3 certificates of which number {} did not issue number {}"
    assert found == [("certKey", told.format(2, 1)), ("certKey", told.format(3, 2))], "many clients do not sort it"


def test_client_certificates_are_verified_with_a_ca() -> None:
    assert rules(clients=SHOP.pem) == [("caKey", "holds a certificate that is not a CA's")], "no client would get in"
    assert rules(clients=ROOT.pem) == [], "a CA is what belongs here"


def of_authority(own: Pair, root: Pair, chain: str, key: Pair | None = None) -> list[tuple[str, str]]:
    """The field and the rule of everything that is found about an authority."""
    found = authority_findings(own.pem, (key or own).key_pem, root.pem, chain, now=NOW)
    return [(one.field, one.rule) for one in found]


def test_an_authority_with_its_chain_up_to_the_root_is_in_order() -> None:
    assert of_authority(INTERMEDIATE, ROOT, INTERMEDIATE.pem + ROOT.pem) == [], "the form of Istio's documentation"
    assert of_authority(INTERMEDIATE, ROOT, INTERMEDIATE.pem) == [], "the root itself may be left out"
    assert of_authority(ROOT, ROOT, ROOT.pem) == [], "a root may sign by itself"


def test_a_servers_certificate_is_no_authority() -> None:
    told = "holds a certificate that may not issue others, which workloads' certificates need"
    found = of_authority(SHOP, ROOT, SHOP.pem + INTERMEDIATE.pem)
    assert found == [("certKey", told), ("chainKey", told)], "no workload would trust another"


def test_an_authority_that_does_not_lead_to_the_root_is_refused() -> None:
    told = "does not lead to the certificate of rootKey, which all workloads trust"
    assert of_authority(INTERMEDIATE, authority(), INTERMEDIATE.pem) == [("chainKey", told)], "nobody would trust it"


def test_an_authoritys_chain_begins_with_itself() -> None:
    told = "does not begin with the certificate of certKey, so that nobody can follow it to the root"
    assert of_authority(INTERMEDIATE, ROOT, ROOT.pem) == [("chainKey", told)], "istiod hands the chain out as it is"
