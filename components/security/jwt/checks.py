"""Checks of JSON web tokens."""

import json
from collections.abc import Iterator, Mapping

from components.gateways.hosts import hosts_match
from components.kinds.node import Node
from components.security.authorization.checks.names import party_problems
from components.security.authorization.checks.operations import operation_problems
from components.security.checks.request_authentication import jwt_rule_problems
from components.security.jwt.claims import claim_problems
from components.security.jwt.settings import JwtRequirement, JwtSettings, JwtStage
from components.services.ports import http_pod_ports, ports_of
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def jwt_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Tokens that nobody can check, that are checked nowhere, or that no request can have."""
    for name, jwt in settings.jwt.items():
        path: Path = ("jwt", name)
        yield from jwt_rule_problems(_node(jwt, path))
        yield from _place_problems(settings, jwt, path)
        yield from _requirement_problems(settings, jwt, path)
        yield from _twins(settings, name, jwt, path)
    yield from claim_problems(settings)


def _node(jwt: JwtSettings, path: Path) -> Node:
    """An entry as a JWTRule, which has the same names; what is not given is not there."""
    written = jwt.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"jwks"})
    keys = json.dumps(jwt.jwks) if isinstance(jwt.jwks, Mapping) else jwt.jwks
    return Node(written | ({} if keys is None else {"jwks": keys}), path)


def _place_problems(settings: MeshSettings, jwt: JwtSettings, path: Path) -> Iterator[Problem]:
    yield from party_problems(settings, jwt, path)
    if not jwt.gateways and not jwt.services:
        yield Problem(path, "is checked nowhere", "Add gateways or services")
    if jwt.jwks is not None and jwt.jwks_uri is not None:
        yield Problem((*path, "jwks"), "has no effect beside jwksUri", "Keep one of the two")
    for index, key in enumerate(jwt.services):
        service = settings.services.get(key)
        if service and not http_pod_ports(service):
            rule = f"'{key}' speaks {service.protocol}, which has no tokens"
            yield Problem((*path, "services", index), rule, "Remove it")
    for index, name in enumerate(jwt.gateways):
        gateway = settings.gateways.get(name)
        if gateway and not any(server.serves_requests for server in gateway.servers):
            rule = f"no server of '{name}' sees requests, so that it sees no tokens"
            yield Problem((*path, "gateways", index), rule, "Remove it, or give the gateway a server for HTTP or HTTPS")
    yield from _taken_off(settings, jwt, path)


def _taken_off(settings: MeshSettings, jwt: JwtSettings, path: Path) -> Iterator[Problem]:
    """A token that is checked is taken off the request (JWTRule.forwardOriginalToken)."""
    for index, key in enumerate(jwt.services):
        service = settings.services.get(key)
        exposed = {one.gateway for one in (service.exposure if service else ())}
        for other in settings.jwt.values():
            before = exposed.intersection(other.gateways)
            if other.issuer == jwt.issuer and before and not other.forward_original_token:
                yield Problem(
                    (*path, "services", index),
                    f"'{min(before)}' checks the tokens of this issuer and takes them off, so that '{key}' never "
                    "sees one",
                    "Set `forwardOriginalToken: true` at the gateway's entry, or remove one of the two",
                )
                break


def _requirement_problems(settings: MeshSettings, jwt: JwtSettings, path: Path) -> Iterator[Problem]:
    if not jwt.required:
        if jwt.stage is JwtStage.AUDIT:
            rule = "has no effect where no token is required; an invalid one is always refused"
            yield Problem((*path, "stage"), rule, "Remove it, or add `required`")
        return
    for key in jwt.services:
        for index, port in enumerate(ports_of(settings.services[key]) if key in settings.services else ()):
            if port.protocol.http and port.target_port is None:
                here: Path = ("ports", index - 1) if index else ()
                yield Problem(
                    ("services", key, *here, "targetPort"),
                    f"required where jwt.{path[1]} requires tokens: the rule names the port of the pods, and with a "
                    "wrong one it would not hold",
                    f"Add it, for example `targetPort: {port.port}`",
                )
    if isinstance(jwt.required, JwtRequirement):
        yield from _scope_problems(settings, jwt, jwt.required, (*path, "required"))


def _scope_problems(settings: MeshSettings, jwt: JwtSettings, wanted: JwtRequirement, path: Path) -> Iterator[Problem]:
    node = Node(wanted.model_dump(mode="json", by_alias=True), path)
    yield from operation_problems(node)
    wrong = {problem.path: problem for problem in _host_problems(node.at("hosts"))}
    yield from wrong.values()
    gateways = [settings.gateways[name] for name in jwt.gateways if name in settings.gateways]
    served = [host for gateway in gateways for server in gateway.servers for host in server.hosts]
    for index, host in enumerate(wanted.hosts if gateways and not jwt.services else ()):
        if (*path, "hosts", index) not in wrong and not any(hosts_match(one, host) for one in served):
            rule = f"'{host}' is served by none of the gateways, whose hosts are {', '.join(sorted(set(served)))}"
            yield Problem((*path, "hosts", index), rule, "Choose one of these, or add it to a server")


def _host_problems(hosts: Node) -> Iterator[Problem]:
    """Hosts that hold with some ports only: a client chooses what it sends behind the name.

    Of a text Istio compares the begin or the end, never both (HostMatcher in pilot/pkg/security/authz/matcher/header.go
    of Istio), so that nothing says '*.example.com with any port'.
    """
    for host in hosts:
        text = host.text or ""
        if text.startswith("*") and text != "*":
            yield host.problem(
                f"'{text}' does not match a Host with a port, such as '{text.replace('*', 'a')}:80', which would need "
                "no token: Istio compares only one end of a host",
                "Name each host, or leave `hosts` out to require a token for all of them",
            )
        elif ":" in text.rpartition("]")[2]:
            rule = f"'{text}' names a port, so that the same host with another one, or with none, would need no token"
            yield host.problem(rule, "Write the host without the port")


def _twins(settings: MeshSettings, name: str, jwt: JwtSettings, path: Path) -> Iterator[Problem]:
    """Of two rules for one issuer a proxy tries the first one only that finds a token."""
    for earlier, other in settings.jwt.items():
        if earlier == name:
            return
        shared = sorted({*jwt.gateways, *jwt.services} & {*other.gateways, *other.services})
        if other.issuer == jwt.issuer and shared:
            rule = f"jwt.{earlier} has the same issuer and is for '{shared[0]}' as well"
            yield Problem((*path, "issuer"), rule, "Merge the two")
