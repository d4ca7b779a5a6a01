"""Secrets in Helm values."""

import re
from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import Path, Resource, walk
from mesh_policies.rules.signature import Parameters

_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "privatekey",
    "signingkey",
    "clientsecret",
    "secretaccesskey",
)
"""How keys end whose value is a secret, in lower case, without '_' and '-'; 'passwordKey' names a key of a Secret."""

_REFERENCES = ("$", "{{", "secret:")
"""How values begin that only say where a secret is: a variable, a template, Kiali's `secret:NAME:KEY`."""

_INSIDE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|://[^/\s:@]+:[^/\s@]+@")
"""A private key, and an address with a password, under whatever key."""


def none(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Values that are secrets by their key or by what they look like, and those that Pulumi keeps encrypted.

    What is found is never shown.
    """
    if chart_of(resource) is None:
        return
    fix = "Put it into a Secret, and give the chart its name"
    told = {path for path in resource.secrets if path[0] == "values"}
    for path in sorted(told, key=str):
        yield Finding(path, "a secret of Pulumi, which Helm keeps in the cluster", fix)
    for path, value in walk(resource.at("values"), ("values",)):
        if path not in told and isinstance(value, str) and _is_secret(path, value):
            yield Finding(path, "a secret, by its key or by its form", fix)


def _is_secret(path: Path, value: str) -> bool:
    if not value or value.startswith(_REFERENCES):
        return False
    key = path[-1]
    named = isinstance(key, str) and re.sub("[-_]", "", key).lower().endswith(_ENDINGS)
    return named or bool(_INSIDE.search(value))
