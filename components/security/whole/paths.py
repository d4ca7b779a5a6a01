"""Checks of paths in policies against how the mesh makes paths uniform."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.checks.path_templates import is_template
from components.security.whole.scope import action_of, tried
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.model import TrafficModel
from components.traffic.simulation.paths import normalized

_WEAK = ("NONE", "BASE", "DEFAULT")
_MERGED = "MERGE_SLASHES"
_STRONG = "DECODE_AND_MERGE_SLASHES"


def path_problems(model: TrafficModel) -> Iterator[Problem]:
    """Paths that no request has after normalization, and rules around which another spelling of a path leads.

    Around a DENY or CUSTOM by `paths`, and an ALLOW by `notPaths`, leads what Envoy takes for another path and the
    application for the same one, such as //admin. That is refused where meshConfig.pathNormalization says NONE or
    BASE, and in production also where it says nothing or MERGE_SLASHES, with which %2f stays; a rule of this project,
    after istio.io/latest/docs/ops/best-practices/security, "Understand path normalization in authorization".
    """
    for part in model.security("AuthorizationPolicy"):
        if not part.judged:
            continue
        for rule in part.spec.at("rules"):
            for entry in rule.at("to"):
                operation = entry.at("operation")
                if part.given:
                    yield from _never(model, operation)
                defeated = operation.at("notPaths" if action_of(part) == "ALLOW" else "paths")
                if defeated.items and _weak(model) and action_of(part) != "AUDIT" and not tried(part):
                    yield part.problem(
                        defeated,
                        f"another spelling of the path, such as '{_around(model)}', gets around it, because "
                        f"meshConfig.pathNormalization is {model.path_normalization or 'not set, and so BASE'} (a rule "
                        "of this project)",
                        f"Set `meshConfig.pathNormalization.normalization: {_STRONG}`, or allow by `paths` instead",
                    )


def _weak(model: TrafficModel) -> bool:
    given = model.path_normalization
    return given in _WEAK or (given in (None, _MERGED) and model.production)


def _around(model: TrafficModel) -> str:
    return "%2f" if model.path_normalization == _MERGED else "//"


def _never(model: TrafficModel, operation: Node) -> Iterator[Problem]:
    """Paths that are always written otherwise when they are compared."""
    for one in (*operation.at("paths"), *operation.at("notPaths")):
        text = (one.text or "").strip("*")
        if not text.startswith("/") or is_template(text):
            continue
        seen = normalized(text, model.path_normalization or "DEFAULT")
        if seen != text:
            yield one.problem(
                f"{shown(one.text)} matches no request: before paths are compared, Envoy makes '{seen}' of it",
                f"Write '{(one.text or '').replace(text, seen)}'",
            )
