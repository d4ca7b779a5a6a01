"""HTTPRoutes and GRPCRoutes as istiod reads them: as rules in the fields of a VirtualService.

Source: pilot/pkg/config/kube/gateway/conversion.go and route_collections.go of Istio 1.29.
"""

from collections.abc import Callable, Iterator

from components.kinds.node import Node
from components.services.names import cluster_host
from components.services.precedence import Rank
from components.traffic.simulation.http_filters import filter_fields, request_policies
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.routes import Rule

GROUP = "gateway.networking.k8s.io"
NO_BACKEND = 500
"""The status where a rule has no backend with a weight, or one that may not be used."""

Backend = Callable[[Node], dict[str, object]]


def rules_of(route: MeshObject, stack: Stack, *, mesh: bool, port: int | None = None) -> list[Rule]:
    """A rule for each match of an HTTPRoute or GRPCRoute, in the order of the file.

    `port` is that of the parent, when it is a Service. Leave to refer elsewhere is asked for at gateways only.
    """
    convert = _grpc_match if route.kind == "GRPCRoute" else _http_match

    def backend(reference: Node) -> dict[str, object]:
        return _destination(reference, route, stack, enforced=not mesh)

    found: list[Rule] = []
    for index, rule in enumerate(route.spec.at("rules")):
        name = rule.at("name").text or f"{route.namespace}.{route.name}.{index}"
        fields = {"name": name, **filter_fields(rule.at("filters"), backend), **request_policies(rule)}
        fields |= _action(rule, "redirect" in fields, backend)
        for match in _matches(rule, route.kind):
            own = convert(match) if match is not None else None
            if port is not None:
                own = {**(own or {}), "port": port}
            written = fields | ({"match": [own]} if own is not None else {})
            spec = Node(written, rule.path)
            found.append(Rule(source=route.shown, namespace=route.namespace, name=name, spec=spec, gateway_api=True))
    return found


def in_precedence(rules: list[Rule]) -> list[Rule]:
    """The rules in the order in which the Gateway API tries them; those of one rank stay as they are."""
    return sorted(rules, key=_rank)


def _rank(rule: Rule) -> tuple[bool, int, int, bool, int, int]:
    """Least first: a rule without a match comes last (sortHTTPRoutes)."""
    match = rule.matches[0]
    if match is None:
        return True, 0, 0, True, 0, 0
    kind, length, method, headers, params = _specificity(match)
    return False, -kind, -length, not method, -headers, -params


def _specificity(match: Node) -> Rank:
    uri = match.at("uri")
    kinds = {"exact": 3, "prefix": 2, "regex": 1}
    kind, text = next(((rank, uri.at(word).text or "") for word, rank in kinds.items() if uri.has(word)), (-1, ""))
    headers, params = len(match.at("headers").entries), len(match.at("queryParams").entries)
    return kind, len(text.encode()), match.has("method"), headers, params


def _matches(rule: Node, kind: str) -> Iterator[Node | None]:
    """Each match; an HTTPRoute that has none gets that of the CRD's default, unless the list is there and empty."""
    if rule.at("matches").items:
        yield from rule.at("matches")
    elif kind == "HTTPRoute" and not rule.has("matches"):
        yield Node({"path": {"type": "PathPrefix", "value": "/"}}, rule.path)
    else:
        yield None


def _http_match(match: Node) -> dict[str, object]:
    path = match.at("path")
    kind, value = path.at("type").text or "PathPrefix", path.at("value").text or "/"
    uri = {
        "Exact": {"exact": value},
        "RegularExpression": {"regex": value},
        "PathPrefix": {"prefix": value if value == "/" else value.removesuffix("/")},
    }[kind]
    method = match.at("method").text
    fields: dict[str, object] = {"uri": uri}
    if method:
        fields["method"] = {"exact": method}
    return fields | _conditions(match, "headers") | _conditions(match, "queryParams")


def _grpc_match(match: Node) -> dict[str, object]:
    fields = _conditions(match, "headers")
    method = match.at("method")
    if not method.given:
        return fields
    service, name = method.at("service").text, method.at("method").text
    if method.at("type").text == "RegularExpression":
        return {"uri": {"regex": f"/{service or '[^/]+'}/{name or '.+'}"}} | fields
    if name is None:
        return {"uri": {"prefix": f"/{service}/"}} | fields
    return {"uri": {"exact": f"/{service}/{name}"} if service else {"regex": f"/[^/]+/{name}"}} | fields


def _conditions(match: Node, key: str) -> dict[str, object]:
    """Conditions by name; of two with one name the last one counts."""
    found: dict[str, object] = {}
    for one in match.at(key):
        word = "regex" if one.at("type").text == "RegularExpression" else "exact"
        found[one.at("name").text or ""] = {word: one.at("value").text or ""}
    return {key: found} if found else {}


def _action(rule: Node, redirects: bool, backend: Backend) -> dict[str, object]:
    backends = [(one, _weight(one)) for one in rule.at("backendRefs")]
    used = [(one, weight) for one, weight in backends if weight]
    if not used:
        return {} if redirects else {"directResponse": {"status": NO_BACKEND}}
    written: list[dict[str, object]] = []
    for one, weight in used:
        destination: dict[str, object] = {"destination": backend(one)}
        if len(used) > 1:
            destination["weight"] = weight
        if headers := filter_fields(one.at("filters"), backend).get("headers"):
            destination["headers"] = headers
        written.append(destination)
    return {"route": written}


def _weight(reference: Node) -> int:
    weight = reference.at("weight").whole
    return 1 if weight is None else weight


def _destination(reference: Node, route: MeshObject, stack: Stack, *, enforced: bool) -> dict[str, object]:
    """A Service as Istio's Destination; without a host where the reference may not be used."""
    namespace = reference.at("namespace").text or route.namespace
    name, kind = reference.at("name").text or "", reference.at("kind").text or "Service"
    port = reference.at("port").whole
    numbered: dict[str, object] = {"port": {"number": port}} if port else {}
    if enforced and namespace != route.namespace and not _granted(stack, route, namespace, name, kind):
        return {"host": "", "problem": f"no ReferenceGrant in {namespace} lets {route.shown} refer to {kind} {name}"}
    if kind == "Hostname":
        return {"host": name} | numbered
    if kind == "ServiceEntry":
        entries = [one for one in stack.of_kind("ServiceEntry") if one.key == f"{namespace}/{name}"]
        host = next((one for entry in entries for one in entry.spec.at("hosts").texts), "")
        return {"host": host} | numbered
    return {"host": cluster_host(name, namespace)} | numbered


def _granted(stack: Stack, route: MeshObject, namespace: str, name: str, kind: str) -> bool:
    for grant in stack.of_kind("ReferenceGrant", GROUP):
        if grant.namespace != namespace:
            continue
        givers = [
            one
            for one in grant.spec.at("from")
            if (one.at("kind").text, one.at("namespace").text) == (route.kind, route.namespace)
        ]
        targets = [one for one in grant.spec.at("to") if one.at("kind").text == kind]
        if givers and any(one.at("name").text in (None, name) for one in targets):
            return True
    return False
