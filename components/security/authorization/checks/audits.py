"""AUDIT policies of which nobody would see anything."""

from collections.abc import Iterator

from components.kinds.catalog import kind_of
from components.security.authorization.settings import RuleAction
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_GROUP = "security.istio.io"
_MARK = "access_log_hint"
"""What Envoy's filter writes into the metadata of a request that an AUDIT is for, below `envoy.common`."""


def unseen_audits(settings: MeshSettings) -> Iterator[Problem]:
    """AUDIT policies, to be warned of, where nothing in the stack file reads the mark that they leave.

    Something else may read it, such as a plugin, so that none is refused. Source:
    istio.io/latest/docs/reference/config/security/authorization-policy, "A separate plugin must be configured".
    """
    audits = list(_audits(settings))
    if audits and not _read(settings):
        for path in audits:
            yield Problem(
                path,
                "AUDIT only marks requests, and Istio has no plugin that would tell of them",
                f"Add `%DYNAMIC_METADATA(envoy.common:{_MARK})%` to meshConfig.accessLogFormat, or write what is "
                "meant as ALLOW or DENY with `stage: audit`",
            )


def _audits(settings: MeshSettings) -> Iterator[Path]:
    for name, one in settings.authorization.rules.items() if settings.authorization else ():
        if one.action is RuleAction.AUDIT:
            yield ("authorization", "rules", name, "action")
    for index, entry in enumerate(settings.resources):
        kind = kind_of(entry.api_version, entry.kind)
        if kind and kind.key == (_GROUP, "AuthorizationPolicy") and entry.spec.get("action") == RuleAction.AUDIT:
            yield ("resources", index, "spec", "action")


def _read(settings: MeshSettings) -> bool:
    """Whether a log format, a filter or a raw object (such as a Telemetry or an EnvoyFilter) names the mark."""
    parts = (settings.mesh_config, settings.telemetry, *settings.resources)
    return any(_MARK in one.model_dump_json() for one in parts if one)
