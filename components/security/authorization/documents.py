"""AuthorizationPolicy objects."""

from collections.abc import Mapping, Sequence

from components.kinds.reasons import REASON
from components.platform.manifest import Manifest
from components.security.authorization.rules import Rule
from components.security.authorization.settings import Stage
from components.security.checks.annotations import DRY_RUN
from components.services.documents import document


def policy(
    name: str, namespace: str, spec: Mapping[str, object], stage: Stage, notes: Mapping[str, str | None] | None = None
) -> Manifest:
    """One AuthorizationPolicy, in its stage (istio.io/latest/docs/tasks/security/authorization/authz-dry-run).

    While it is tried it has another name. So a change of stage makes one object and then deletes the other; changed in
    place, what allows could be only tried already while what denies is still in effect, and calls would be refused.
    """
    tried = stage is Stage.AUDIT
    annotations = {key: text for key, text in (notes or {}).items() if text} | ({DRY_RUN: "true"} if tried else {})
    return document("AuthorizationPolicy", f"{name}-dry-run" if tried else name, namespace, spec, annotations)


def reasons(texts: Sequence[str | None]) -> dict[str, str | None]:
    """Why a policy is there."""
    return {REASON: "; ".join(dict.fromkeys(text for text in texts if text)) or None}


def allow(selector: Mapping[str, str] | None, rules: Sequence[Rule]) -> dict[str, object]:
    """The spec of a policy that allows what one of the rules is for; nothing without rules.

    Source: istio.io/latest/docs/reference/config/security/authorization-policy, `rules`.
    """
    where = {"selector": {"matchLabels": dict(selector)}} if selector else {}
    return {**where, "action": "ALLOW", **({"rules": list(rules)} if rules else {})}
