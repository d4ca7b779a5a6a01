"""Where a route leads: Services, subsets, and the DestinationRule that holds there."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.gateways.hosts import hosts_match, is_part_of
from components.kinds.node import Node
from components.services.names import CLUSTER_DOMAIN
from components.traffic.checks.destinations import OLD_MIRROR_PERCENT
from components.traffic.simulation.hosts import qualified
from components.traffic.simulation.mesh_object import MeshObject, mapping
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.results import Destination
from components.traffic.simulation.routes import Rule, visible

NO_CLUSTER = 503
"""Envoy's answer where a route names a cluster that there is not; 500 for routes of the Gateway API."""
_FIELDS = ("loadBalancer", "connectionPool", "outlierDetection", "tls")
"""What a port's own settings replace (portLevelSettings of the DestinationRule)."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who looks up destinations."""

    stack: Stack
    namespace: str
    """The namespace of the proxy."""
    port: int
    """The port at which the request came, for destinations that name none."""


def destinations(rule: Rule, caller: Caller) -> tuple[Destination, ...]:
    """The weighted destinations of a rule. One with weight 0 gets nothing beside others."""
    routes = rule.spec.at("route").items
    weights = [route.at("weight").number or 0 for route in routes]
    whole = sum(weights)
    found: list[Destination] = []
    for route, weight in zip(routes, weights, strict=True):
        if len(routes) == 1 or weight:
            percent = 100.0 if len(routes) == 1 else 100 * weight / whole
            found.append(_destination(route.at("destination"), percent, rule, caller, mapping(route.at("headers"))))
    return tuple(found)


def mirrors(rule: Rule, caller: Caller) -> list[dict[str, object]]:
    """Where copies go, each with its share in percent."""
    spec = rule.spec
    given = list(spec.at("mirrors"))
    if spec.has("mirror"):
        old = next((spec.at(one).number for one in OLD_MIRROR_PERCENT if spec.has(one)), 100)
        share = spec.at("mirrorPercentage").value or {"value": old}
        given.insert(0, Node({"destination": spec.at("mirror").value, "percentage": share}, spec.path))
    found: list[dict[str, object]] = []
    for one in given:
        percent = one.at("percentage", "value").number
        to = _destination(one.at("destination"), 100 if percent is None else percent, rule, caller, {})
        if to.percent > 0:
            subset = {"subset": to.subset} if to.subset else {}
            found.append({"host": to.host, "port": to.port, **subset, "percent": to.percent})
    return found


def _destination(to: Node, percent: float, rule: Rule, caller: Caller, headers: Mapping[str, object]) -> Destination:
    broken = 500 if rule.gateway_api else NO_CLUSTER
    host = to.at("host").text or ""
    if not rule.gateway_api:
        host = qualified(host, rule.namespace)
    port, subset = to.at("port", "number").whole, to.at("subset").text
    if not host:
        reason = to.at("problem").text
        return Destination(
            host="", port=port, subset=None, percent=percent, headers=headers, problem=reason, status=broken
        )
    service = caller.stack.services.get(host)
    if port is None:
        ports = list(service.ports) if service else []
        port = ports[0] if len(ports) == 1 else caller.port
    problem = None
    if service and port not in service.ports:
        problem = f"{host} has no port {port}, only {', '.join(map(str, sorted(service.ports)))}"
    destination_rule = rule_for(host, caller, service.namespace if service else _owner(host))
    chosen = next((one for one in _subsets(destination_rule) if one.at("name").text == subset), None)
    if subset and chosen is None:
        where = destination_rule.shown if destination_rule else "no DestinationRule"
        problem = f"{where} declares the subset '{subset}' of {host}"
        problem = problem if destination_rule is None else f"{where} does not declare the subset '{subset}'"
    labels = {name: label.text or "" for name, label in chosen.at("labels").entries} if chosen else {}
    return Destination(
        host=host,
        port=port,
        subset=subset,
        percent=percent,
        labels=labels or (dict(service.selector) if service and rule.gateway_api else {}),
        rule=destination_rule.shown if destination_rule else None,
        policy=_policy(destination_rule, chosen, port) if destination_rule else {},
        headers=headers,
        problem=problem,
        status=broken if problem else None,
    )


def rule_for(host: str, caller: Caller, owner: str | None) -> MeshObject | None:
    """The DestinationRule of a host: of the caller's namespace, of the host's, then of the root namespace.

    Among those of one namespace the name itself comes before wildcards, and longer ones before shorter ones. Source:
    istio.io/latest/docs/ops/best-practices/traffic-management, "Cross namespace configuration sharing", and
    destinationRule in pilot/pkg/model/push_context.go of Istio 1.29.
    """
    stack = caller.stack
    for namespace in dict.fromkeys((caller.namespace, owner, stack.root_namespace)):
        found = [
            (qualified(one.spec.at("host").text or "", one.namespace), one)
            for one in stack.of_kind("DestinationRule")
            if one.namespace == namespace
            and visible(stack.exported(one), one.namespace, caller.namespace)
            and not one.spec.has("workloadSelector")
        ]
        fitting = [(name, one) for name, one in found if hosts_match(host, name) and is_part_of(host, name)]
        if fitting:
            return max(fitting, key=lambda pair: (pair[0] == host, len(pair[0])))[1]
    return None


def _owner(host: str) -> str | None:
    """The namespace of a Service that only the cluster knows, by its full name."""
    name = host.removesuffix(f".svc.{CLUSTER_DOMAIN}")
    return name.partition(".")[2] if name != host else None


def _subsets(rule: MeshObject | None) -> list[Node]:
    return rule.spec.at("subsets").items if rule else []


def _policy(rule: MeshObject, subset: Node | None, port: int) -> dict[str, object]:
    """The policy of the rule, replaced field by field by that of the subset, and by that of the port as a whole."""
    merged = mapping(rule.spec.at("trafficPolicy"))
    if subset:
        merged |= mapping(subset.at("trafficPolicy"))
    levels = Node(merged.pop("portLevelSettings", None), rule.spec.path)
    own = next((one for one in levels if one.at("port", "number").whole == port), None)
    if own is None:
        return merged
    # Settings of a port are complete: what they leave out is not taken from above.
    kept = {key: value for key, value in merged.items() if key not in _FIELDS}
    return kept | {key: value for key, value in mapping(own).items() if key != "port"}
