"""Checks of the certificates' settings: what can be told without the certificates themselves."""

from collections.abc import Iterator, Mapping

from components.kinds.go_duration import known_go_seconds
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import shown
from components.tls.references import covered, hosts_of, placements

with imported_when_used():
    from components.tls.settings import CertManagerTls, ProvidedAuthority, ProvidedTls


def tls_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Configuration keys that are named twice, and certificates that cert-manager refuses or that miss a host."""
    for name, entry in settings.tls.items():
        if isinstance(entry, ProvidedTls):
            keys = {"certKey": entry.cert_key, "keyKey": entry.key_key, "caKey": entry.ca_key}
            yield from _repeated_keys(keys, ("tls", name))
        if isinstance(entry, CertManagerTls):
            yield from _certificate_problems(entry, hosts_of(settings, name), ("tls", name))
    if authority := settings.certificate_authority:
        yield from _repeated_keys(authority_keys(authority), ("certificateAuthority",))


def unused_certificates(settings: MeshSettings) -> Iterator[Problem]:
    """Entries that no gateway shows, to be warned of: they are made nowhere, for there is no namespace for them."""
    shown_ones = {one.name for one in placements(settings)}
    for name in settings.tls:
        if name not in shown_ones:
            yield Problem(
                ("tls", name),
                "no gateway of this stack shows it, so that it is put nowhere",
                f"Add a server with `credential: {name}`, a Gateway in `resources` that names its Secret, or remove it",
            )


def authority_keys(authority: ProvidedAuthority) -> dict[str, str]:
    """The configuration keys of an authority, by the field that names each."""
    return {
        "certKey": authority.cert_key,
        "keyKey": authority.key_key,
        "rootKey": authority.root_key,
        "chainKey": authority.chain_key,
    }


def _repeated_keys(keys: Mapping[str, str | None], path: Path) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for field, key in keys.items():
        if key and first.setdefault(key, field) != field:
            yield Problem(
                (*path, field),
                f"{shown(key)} is what {first[key]} names already",
                "Give each its own configuration key",
            )


def _certificate_problems(entry: CertManagerTls, hosts: list[str], path: Path) -> Iterator[Problem]:
    names = list(entry.dns_names) or hosts
    if not names:
        yield Problem(
            (*path, "dnsNames"),
            "required, because no server with a host other than '*' refers to this certificate",
            "Name the hosts that it is for",
        )
    if "*" in names:
        yield Problem((*path, "dnsNames"), "'*' is no name that a certificate can have", "Name the hosts")
    for host in hosts:
        if not covered(host, names):
            yield Problem((*path, "dnsNames"), f"'{host}' is served with this certificate, but not in it", "Add it")
    yield from _duration_problems(entry, path)


def _duration_problems(entry: CertManagerTls, path: Path) -> Iterator[Problem]:
    """The bounds of cert-manager's own validation (cert-manager.io/docs/reference/api-docs, CertificateSpec)."""
    duration = entry.duration or "2160h"
    if known_go_seconds(duration) < known_go_seconds("1h"):
        yield Problem((*path, "duration"), f"'{duration}' is too short for cert-manager", "Choose 1h or more")
    if entry.renew_before is None:
        return
    if known_go_seconds(entry.renew_before) < known_go_seconds("5m"):
        yield Problem(
            (*path, "renewBefore"), f"'{entry.renew_before}' is too short for cert-manager", "Choose 5m or more"
        )
    if known_go_seconds(entry.renew_before) >= known_go_seconds(duration):
        yield Problem(
            (*path, "renewBefore"),
            f"'{entry.renew_before}' is not below the duration ('{duration}'), so that it would be renewed without end",
            "Choose less",
        )
