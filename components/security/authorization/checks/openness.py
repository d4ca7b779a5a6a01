"""Callers and rules that let everybody in."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.authorization.settings import RuleAction, RuleSettings
from components.security.checks.everybody import everybody, told
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def unexplained_openness(settings: MeshSettings) -> Iterator[Problem]:
    """For production: callers and ALLOW rules that are everybody, and do not say why.

    Exceptions have a reason there anyway, and an end. A rule for gateways alone need not say who: they are there to be
    reached by those who have no identity of the mesh.
    """
    for key, service in settings.services.items():
        for index, caller in enumerate(service.callers or ()):
            path: Path = ("services", key, "callers", index)
            node = Node(caller.model_dump(mode="json", by_alias=True), path)
            open_to_all = everybody(node, [node]) if caller.reason is None else ()
            yield from (_unexplained(one) for one in open_to_all if one.text is not None)
    for name, rule in settings.authorization.rules.items() if settings.authorization else ():
        if rule.action is RuleAction.ALLOW and rule.reason is None:
            node = Node(rule.model_dump(mode="json", by_alias=True), ("authorization", "rules", name))
            for one in everybody(node, node.at("from")):
                if one.text is not None or not _only_gateways(rule):
                    yield _unexplained(one)


def _only_gateways(rule: RuleSettings) -> bool:
    others = (rule.services, rule.namespaces, rule.target_refs, rule.mesh)
    return bool(rule.gateways) and not any(others)


def _unexplained(node: Node) -> Problem:
    return node.problem(
        f"{told(node)}, which production refuses without a reason", "Name who may call, or say why in `reason`"
    )
