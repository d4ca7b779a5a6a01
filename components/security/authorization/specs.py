"""AuthorizationPolicies of a stack."""

from collections.abc import Iterator

from components.gateways.values import selector_label
from components.security.authorization.coverage import (
    covered_gateways,
    covered_services,
    denied_namespaces,
    stage_of,
)
from components.security.authorization.documents import allow, policy, reasons
from components.security.authorization.gateways import gateway_rules
from components.security.authorization.grants import grant_rules, grants
from components.security.authorization.places import places
from components.security.authorization.rules import Rule, conditions_rule
from components.security.authorization.settings import (
    AuthorizationSettings,
    DefaultDeny,
    RuleAction,
    Stage,
)
from components.security.ends import UNTIL
from components.services.documents import Derived
from components.services.names import pod_labels, service_name
from components.settings.mesh import MeshSettings

ALLOW_NOTHING = "allow-nothing"
"""The name of the policies of default deny."""


def authorization_policies(settings: MeshSettings) -> Iterator[Derived]:
    """Every AuthorizationPolicy that `authorization`, and `calls` and `callers` of services, make.

    Source: istio.io/latest/docs/reference/config/security/authorization-policy and
    istio.io/latest/docs/ops/best-practices/security (default deny).
    """
    authorization = settings.authorization
    if authorization is None:
        return
    yield from _of_services(settings, authorization)
    for name in covered_gateways(settings):
        namespace = settings.gateways[name].namespace
        spec = allow({"istio": selector_label(name)}, gateway_rules(settings, name))
        written = policy(f"{name}-callers", namespace, spec, stage_of(authorization, namespace))
        yield Derived(manifest=written, origin=("gateways", name))
    yield from _exceptions(settings, authorization)
    yield from _external(settings, authorization)
    yield from _own(settings, authorization)
    yield from _allow_nothing(settings, authorization)


def _of_services(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Derived]:
    keys = list(covered_services(settings))
    found = grants(settings) if keys else {}
    for key in keys:
        service = settings.services[key]
        spec = allow(pod_labels(key, service), grant_rules(found[key]))
        notes = reasons([one.reason for one in service.callers or ()])
        stage = stage_of(authorization, service.namespace)
        written = policy(f"{service_name(key, service)}-callers", service.namespace, spec, stage, notes)
        yield Derived(manifest=written, origin=("services", key))


def _allow_nothing(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Derived]:
    """Last, so that a deployment allows before it denies, and a removal denies no longer before it allows no more."""
    for namespace in denied_namespaces(settings):
        written = policy(ALLOW_NOTHING, namespace, allow(None, []), stage_of(authorization, namespace))
        own = authorization.namespaces.get(namespace)
        origin = ("authorization", "namespaces", namespace) if own else ("authorization", "defaultDeny")
        yield Derived(manifest=written, origin=origin)
    if authorization.default_deny is DefaultDeny.MESH:
        root = settings.control_plane.namespace
        written = policy(ALLOW_NOTHING, root, allow(None, []), authorization.stage)
        yield Derived(manifest=written, origin=("authorization", "defaultDeny"))


def _exceptions(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Derived]:
    for name, one in authorization.exceptions.items():
        notes = {**reasons([one.reason]), UNTIL: one.until[:10] if one.until else None}
        for place in places(settings, f"exception-{name}", one):
            rules = [conditions_rule(settings, one, place.namespace)]
            spec = {**place.where, "action": "ALLOW", "rules": rules}
            written = policy(place.name, place.namespace, spec, stage_of(authorization, place.namespace), notes)
            yield Derived(manifest=written, origin=("authorization", "exceptions", name))


def _external(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Derived]:
    for name, one in authorization.external.items():
        for place in places(settings, name, one, mesh=one.mesh):
            rules = [conditions_rule(settings, one, place.namespace)]
            spec = {**place.where, "action": "CUSTOM", "provider": {"name": one.provider}, "rules": rules}
            written = policy(place.name, place.namespace, spec, Stage.ENFORCE, reasons([one.reason]))
            yield Derived(manifest=written, origin=("authorization", "external", name))


def _own(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Derived]:
    for name, one in authorization.rules.items():
        for place in places(settings, name, one, mesh=one.mesh):
            rules: list[Rule] = [conditions_rule(settings, one, place.namespace)]
            spec = {**place.where, "action": one.action.value, "rules": rules}
            # Istio tries ALLOW and DENY only (checkDryRunAnnotation in pkg/config/validation/validation.go).
            stage = one.stage or stage_of(authorization, place.namespace)
            effective = Stage.ENFORCE if one.action is RuleAction.AUDIT else stage
            written = policy(place.name, place.namespace, spec, effective, reasons([one.reason]))
            yield Derived(manifest=written, origin=("authorization", "rules", name))
