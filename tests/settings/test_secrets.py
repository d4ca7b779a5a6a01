"""Secrets that the settings name: read from configuration, looked at, and never shown."""

from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.settings.secrets import load_secrets
from tests.support.certificates import Pair, authority, server
from tests.support.engine import run
from tests.support.stacks import changed, settings_of

HTTPS = {
    "port": 443,
    "protocol": "HTTPS",
    "hosts": ["shop.example.com"],
    "tls": {"mode": "SIMPLE", "credential": "shop"},
}
DOCUMENT: dict[str, Any] = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "tls": {"shop": {"kind": "provided", "certKey": "shop-cert", "keyKey": "shop-key"}},
    "gateways": {"edge": {"namespace": "edge", "servers": [HTTPS]}},
}
ROOT = authority()
SHOP = server("shop.example.com", issuer=ROOT)


@pytest.fixture(autouse=True)
def _no_config_stays() -> Iterator[None]:
    """Configuration is global to the SDK."""
    yield
    set_all_config({}, [])


def loaded(values: dict[str, str], *, plain: tuple[str, ...] = (), document: dict[str, Any] = DOCUMENT) -> list[str]:
    """The names of the secrets that are loaded when configuration holds `values`."""
    names: list[str] = []

    def program() -> None:
        config = {f"istio-mesh:{key}": value for key, value in values.items()}
        set_all_config(config, [key for key in config if key.removeprefix("istio-mesh:") not in plain])
        names.extend(load_secrets(settings_of(document)))

    run(program, stack="dev")
    return names


def refused(values: dict[str, str], *, plain: tuple[str, ...] = (), document: dict[str, Any] = DOCUMENT) -> list[str]:
    """What is said about `values`."""
    with pytest.raises(pulumi.RunError) as raised:
        loaded(values, plain=plain, document=document)
    return str(raised.value).splitlines()


def pair(one: Pair) -> dict[str, str]:
    """A certificate and its key where the stack looks for them."""
    return {"shop-cert": one.pem, "shop-key": one.key_pem}


def test_a_certificate_and_its_key_are_handed_on() -> None:
    assert loaded(pair(SHOP)) == ["shop-cert", "shop-key"], "the program puts them into a Secret"


def test_a_stack_without_certificates_has_no_secrets() -> None:
    plain: dict[str, Any] = {"profile": "demo", "istio": {"version": "1.30.3"}}
    assert loaded({}, document=plain) == [], "nothing is asked for"


def test_every_key_that_is_not_set_is_named_with_the_command_that_sets_it() -> None:
    lines = refused({})
    assert [line.split(". ")[0] for line in lines] == [
        "Pulumi.dev.yaml: mesh.tls.shop.certKey: the configuration key 'shop-cert' is not set",
        "Pulumi.dev.yaml: mesh.tls.shop.keyKey: the configuration key 'shop-key' is not set",
    ], "both in one run"
    assert "`pulumi config set --secret shop-key < FILE`" in lines[1], "the way to mend it"


def test_a_private_key_that_is_stored_in_plain_is_refused() -> None:
    (line,) = refused(pair(SHOP), plain=("shop-key",))
    told = "Pulumi.dev.yaml: mesh.tls.shop.keyKey: the configuration key 'shop-key' holds a private key in plain."
    assert line.startswith(told), "whoever reads the repository has the key"


def test_a_certificate_may_be_stored_in_plain() -> None:
    assert loaded(pair(SHOP), plain=("shop-cert",)), "a certificate is no secret"


def test_a_certificate_for_another_host_is_refused_by_the_name_of_its_key() -> None:
    (line,) = refused(pair(server("www.example.com")))
    assert line.startswith(
        "Pulumi.dev.yaml: mesh.tls.shop.certKey: the configuration key 'shop-cert' holds a certificate for "
        "www.example.com, not for the host 'shop.example.com' of a server. Use a certificate with this name, or take "
        "the host out of the server."
    ), "browsers would refuse it"


@pytest.mark.parametrize("text", ["hunter2", "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n"])
def test_no_message_shows_what_a_key_holds(text: str) -> None:
    lines = refused({"shop-cert": text, "shop-key": text})
    assert lines, "neither is what it should be"
    assert not [line for line in lines if "hunter2" in line], "it may be a secret in the wrong place"


def test_a_mutual_server_verifies_with_the_ca_of_the_stack() -> None:
    document = changed(DOCUMENT, "gateways.edge.servers.0.tls.mode", "MUTUAL")
    document = changed(document, "tls.shop.caKey", "clients-ca")
    assert loaded(pair(SHOP) | {"clients-ca": ROOT.pem}, document=document) == [
        "shop-cert",
        "shop-key",
        "clients-ca",
    ], "the CA goes into the same Secret"


def test_an_authority_of_ones_own_is_looked_at_as_well() -> None:
    document = changed(
        {"profile": "demo", "istio": {"version": "1.30.3"}},
        "certificateAuthority",
        {"kind": "provided", "certKey": "ca", "keyKey": "key", "rootKey": "root", "chainKey": "chain"},
    )
    values = {"ca": ROOT.pem, "key": ROOT.key_pem, "root": ROOT.pem, "chain": ROOT.pem}
    assert loaded(values, document=document) == ["ca", "key", "root", "chain"], "all four go into cacerts"
    (line,) = refused(values | {"key": SHOP.key_pem}, document=document)
    told = "mesh.certificateAuthority.keyKey: the configuration key 'key' holds a private key that does not belong to"
    assert told in line, "istiod would not start with it"


def test_a_certificate_that_ends_soon_is_warned_of_and_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    assert loaded(pair(server("shop.example.com", days=5))), "it is still good"
    (warning,) = warnings
    assert "mesh.tls.shop.certKey: the configuration key 'shop-cert' holds a certificate that ends on" in warning, (
        warning
    )


TOKENS = (
    "abcdef0123456789abcdef0123456789",
    "a1b2c3d4-0123-4567-89ab-0123456789ab",
    "xoxb-123456789012-abcdefghijkl",
    "sk_live_abcdefghijklmnop",
)


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_in_place_of_a_keys_name_is_not_repeated(token: str) -> None:
    lines = refused(pair(SHOP), document=changed(DOCUMENT, "tls.shop.keyKey", token))
    assert lines == [
        "Pulumi.dev.yaml: mesh.tls.shop.keyKey: names no configuration key that is set, but what looks like a secret "
        "itself, which is not shown. Have that secret revoked, store a new one (`pulumi config set --secret NAME < "
        "FILE`), and write NAME here. [MESH-210]"
    ], "messages end up in the logs of pipelines"


@pytest.mark.parametrize("token", TOKENS)
def test_a_name_that_is_like_a_token_is_good_where_it_is_set(token: str) -> None:
    document = changed(DOCUMENT, "tls.shop.keyKey", token)
    assert loaded({"shop-cert": SHOP.pem, token: SHOP.key_pem}, document=document), "it is a name after all"


@pytest.mark.parametrize(
    "name", ["shop-example-com-certificate-2026", "deadbeef", "sk_live", "gateway-tls-cert-eu-west-1"]
)
def test_a_name_that_is_not_set_is_shown(name: str) -> None:
    (line, *_) = refused(pair(SHOP), document=changed(DOCUMENT, "tls.shop.keyKey", name))
    assert f"the configuration key '{name}' is not set" in line, "a typing mistake has to be seen"


RECEIVERS: dict[str, Any] = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "alerts": {
        "operator": {"namespace": "monitoring"},
        "receivers": {
            "on-call": {"kind": "pagerduty", "routingKey": {"configKey": "pagerduty-key"}},
            "chat": {"kind": "slack", "channel": "#mesh", "apiUrl": {"secret": "slack", "entry": "url"}},
        },
    },
}


def test_what_receivers_keep_secret_is_handed_on() -> None:
    assert loaded({"pagerduty-key": "a key"}, document=RECEIVERS) == ["pagerduty-key"], "a Secret of others is mounted"


def test_a_receiver_whose_secret_is_not_set_is_refused() -> None:
    assert refused({}, document=RECEIVERS) == [
        "Pulumi.dev.yaml: mesh.alerts.receivers.on-call.routingKey.configKey: the configuration key 'pagerduty-key' is "
        "not set. Store it: `pulumi config set --secret pagerduty-key < FILE`. [MESH-220]"
    ], "the alert that nobody gets is found out at night"


def test_a_receiver_whose_secret_lies_in_plain_is_refused() -> None:
    assert refused({"pagerduty-key": "a key"}, plain=("pagerduty-key",), document=RECEIVERS) == [
        "Pulumi.dev.yaml: mesh.alerts.receivers.on-call.routingKey.configKey: the configuration key 'pagerduty-key' "
        "holds in plain what a receiver keeps secret. Have a new one made, and store it with `pulumi config set "
        "--secret pagerduty-key < FILE`. [MESH-220]"
    ], "whoever can read the file could raise alarms"
