"""Reads the stack's settings from Pulumi. Nothing below this module reads configuration or the stack's name."""

from datetime import UTC, date, datetime

import pulumi
from pulumi.runtime import is_config_secret

from components.security.problems import security_warnings
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.parse import parse_settings
from components.settings.problems import Problem, SettingsError, render_problems
from components.tls.checks import unused_certificates

MESH_KEY = "mesh"
"""The configuration key that holds everything."""

_KEEP_SECRETS_APART = "Give the secret a configuration key of its own (`pulumi config set --secret`), outside `mesh`"


def stack_file() -> str:
    """The name of the current stack's file, as messages show it."""
    return f"Pulumi.{pulumi.get_stack()}.yaml"


def load_settings(today: date | None = None) -> MeshSettings:
    """The settings of the current stack; it warns of what ends soon or has no effect.

    `today` is the day in UTC when left out.

    Raises:
        pulumi.RunError: with one line for each problem, each naming path, rule and fix.
    """
    today = today or datetime.now(UTC).date()
    config = pulumi.Config()
    key = config.full_key(MESH_KEY)
    if is_config_secret(key):
        # Refused unread: settings appear in messages, in Helm values and in the state, all of which are plain.
        secret = Problem(
            (),
            "holds a secret value, but everything here is shown in plain",
            _KEEP_SECRETS_APART,
            Code.ENCRYPTED_SECRET,
        )
        raise pulumi.RunError(render_problems(stack_file(), [secret]))
    text = config.get(MESH_KEY)
    if text is None:
        missing = Problem((), "missing", f"Add `{key}:` with at least `profile` and `istio`", Code.NO_MESH)
        raise pulumi.RunError(render_problems(stack_file(), [missing]))
    try:
        settings = parse_settings(text, stack_file(), today)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    for one in [*security_warnings(settings, today), *unused_certificates(settings)]:
        pulumi.log.warn(one.line(stack_file()))
    return settings
