"""Reads the secrets that the settings name. They never become settings: the program hands them on as secret outputs."""

from collections.abc import Iterable, Mapping

import pulumi
from pulumi.runtime import is_config_secret

from components.observability.operator import operator_home
from components.settings.later import imported_when_used
from components.settings.loader import stack_file
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem, render_problems
from components.settings.secrecy import looks_secret
from components.tls.checks import authority_keys
from components.tls.findings import Finding
from components.tls.references import hosts_of

with imported_when_used():
    # cryptography takes a tenth of a second, which stacks without certificates save.
    from components.observability.alerts.receivers import secret_sources
    from components.tls.authorities import authority_findings
    from components.tls.certificates import server_findings
    from components.tls.settings import ProvidedTls

Secrets = Mapping[str, pulumi.Output[str]]
"""The values of configuration keys, as secret outputs."""


def load_secrets(settings: MeshSettings) -> Secrets:
    """The values of all configuration keys that `settings` name, once certificates and keys have been looked at.

    Certificates that end soon are warned of.

    Raises:
        pulumi.RunError: with one line for each problem: a key that is missing or stored in plain, a certificate that
            has ended, does not fit its key, or misses a host. No line shows what a key holds.
    """
    keys = _keys_of(settings)
    problems = [problem for path, names in keys.items() for problem in _storage_problems(path, names)]
    found = [
        (path, one) for path, names in keys.items() if _complete(names) for one in _findings(settings, path, names)
    ]
    problems += [_problem(path, keys[path], one) for path, one in found if not one.warning]
    if problems:
        raise pulumi.RunError(render_problems(stack_file(), problems))
    for path, one in found:
        pulumi.log.warn(_problem(path, keys[path], one).line(stack_file()))
    config = pulumi.Config()
    return {key: config.require_secret(key) for names in keys.values() for key in names.values()}


def _keys_of(settings: MeshSettings) -> dict[Path, dict[str, str]]:
    """The configuration keys by the place in the stack file, and there by the field that names each."""
    keys: dict[Path, dict[str, str]] = {}
    for name, entry in settings.tls.items():
        if isinstance(entry, ProvidedTls):
            named = {"certKey": entry.cert_key, "keyKey": entry.key_key, "caKey": entry.ca_key}
            keys["tls", name] = {field: key for field, key in named.items() if key}
    if authority := settings.certificate_authority:
        keys[("certificateAuthority",)] = authority_keys(authority)
    return keys | _keys_of_receivers(settings)


def _keys_of_receivers(settings: MeshSettings) -> dict[Path, dict[str, str]]:
    """The configuration keys of those who are told about alerts; none where there are no alerts."""
    if operator_home(settings) is None:
        return {}
    return {
        ("alerts", "receivers", name, field): {"configKey": source.config_key}
        for name, receiver in settings.alerts.receivers.items()
        for field, source in secret_sources(receiver).items()
        if source.config_key
    }


def _storage_problems(path: Path, keys: Mapping[str, str]) -> Iterable[Problem]:
    config = pulumi.Config()
    for field, key in keys.items():
        if config.get(key) is None and looks_secret(key):
            yield Problem(
                (*path, field),
                "names no configuration key that is set, but what looks like a secret itself, which is not shown",
                "Have that secret revoked, store a new one (`pulumi config set --secret NAME < FILE`), and write NAME "
                "here",
            )
        elif config.get(key) is None:
            yield Problem(
                (*path, field),
                f"the configuration key '{key}' is not set",
                f"Store it: `pulumi config set --secret {key} < FILE`",
            )
        elif field == "keyKey" and not is_config_secret(config.full_key(key)):
            yield Problem(
                (*path, field),
                f"the configuration key '{key}' holds a private key in plain",
                f"Replace that key pair, and store the new one with `pulumi config set --secret {key} < FILE`",
            )
        elif path[0] == "alerts" and not is_config_secret(config.full_key(key)):
            yield Problem(
                (*path, field),
                f"the configuration key '{key}' holds in plain what a receiver keeps secret",
                f"Have a new one made, and store it with `pulumi config set --secret {key} < FILE`",
            )


def _complete(keys: Mapping[str, str]) -> bool:
    config = pulumi.Config()
    return all(config.get(key) is not None for key in keys.values())


def _findings(settings: MeshSettings, path: Path, keys: Mapping[str, str]) -> Iterable[Finding]:
    """What is wrong with certificates; nothing is known about other secrets."""
    if path[0] == "alerts":
        return ()
    config = pulumi.Config()
    texts = {field: config.require(key) for field, key in keys.items()}
    if path[0] == "certificateAuthority":
        return authority_findings(texts["certKey"], texts["keyKey"], texts["rootKey"], texts["chainKey"])
    hosts = hosts_of(settings, str(path[-1]))
    return server_findings(texts["certKey"], texts["keyKey"], texts.get("caKey"), hosts=hosts)


def _problem(path: Path, keys: Mapping[str, str], found: Finding) -> Problem:
    return Problem((*path, found.field), f"the configuration key '{keys[found.field]}' {found.rule}", found.fix)
