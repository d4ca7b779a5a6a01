"""Checks of a certificate authority of one's own. Pure, as in certificates.py."""

from collections.abc import Iterator
from datetime import UTC, datetime

from components.tls.certificates import (
    chain_findings,
    is_authority,
    issued_by,
    pair_findings,
    read_chain,
    read_key,
    time_findings,
)
from components.tls.findings import Finding, UnreadableError


def authority_findings(
    certificate: str, key: str, root: str, chain: str, *, now: datetime | None = None
) -> Iterator[Finding]:
    """What is wrong with an authority: its certificate, its key, the root, and the chain between them (all PEM)."""
    now = now or datetime.now(UTC)
    try:
        own, private = read_chain(certificate, "certKey")[0], read_key(key)
        roots, path = read_chain(root, "rootKey"), read_chain(chain, "chainKey")
    except UnreadableError as error:
        yield error.finding
        return
    yield from pair_findings(own, private)
    for field, certificates in (("certKey", [own]), ("rootKey", roots), ("chainKey", path)):
        for one in certificates:
            yield from time_findings(one, field, now)
            if not is_authority(one):
                rule = "holds a certificate that may not issue others, which workloads' certificates need"
                yield Finding(field=field, rule=rule, fix="Use the certificate of a CA (basicConstraints CA:TRUE)")
    if path[0] != own:
        rule = "does not begin with the certificate of certKey, so that nobody can follow it to the root"
        yield Finding(field="chainKey", rule=rule, fix="Put that certificate first, then each one's issuer")
    yield from chain_findings(path, "chainKey")
    if path[-1] not in roots and not any(issued_by(path[-1], one) for one in roots):
        rule = "does not lead to the certificate of rootKey, which all workloads trust"
        yield Finding(field="chainKey", rule=rule, fix="Append what is missing, or store the root that issued it")
