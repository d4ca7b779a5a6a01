"""A simulation with what policies of security decide, at the gateway and at each destination."""

from dataclasses import dataclass, replace

from components.kinds.node import Node
from components.security.selection import Pods
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.paths import normalized
from components.traffic.simulation.request import Request
from components.traffic.simulation.results import Action, Answer, Decision, Destination, Outcome, Security, Simulation
from components.traffic.simulation.security.asked import Asked, Claims, Sender
from components.traffic.simulation.security.decide import decide
from components.traffic.simulation.security.peers import BROKEN, connection
from components.traffic.simulation.services import Service

_NOT_ASKED = (Outcome.REFUSED, Outcome.BLOCKED, Outcome.PASSED_THROUGH)


@dataclass(frozen=True, kw_only=True)
class Via:
    """The proxy from which destinations get a request."""

    principal: str | None
    """Its identity; None without a sidecar."""
    meshed: bool
    pods: Pods | None = None
    """The pods of a gateway, which checks requests itself; None for the proxy of a caller, which does not."""
    port: int = 0
    """The port of the gateway's pods that takes the request."""
    mutual_server: bool = False
    """Whether the gateway's server asks clients for certificates."""
    connection_only: bool = False
    """Whether the gateway does not look into the connection."""


def secured(found: Simulation, stack: Stack, via: Via, sender: Sender) -> Simulation:
    """The simulation with the decisions of the policies, which come before what the routes do."""
    claims = sender.claims
    if via.pods is not None and found.action.outcome not in _NOT_ASKED:
        asked = Asked(
            request=found.request,
            port=via.port,
            identity_known=not via.mutual_server,
            remote_ip=sender.remote_ip,
            server_name=found.request.server_name if found.request.scheme == "https" else "",
            tcp=via.connection_only,
            trust_domains=stack.trust_domains,
        )
        decided = decide(stack, via.pods, asked, claims)
        found = replace(found, security=decided.security)
        if decided.security.decision is Decision.DENIED:
            return replace(found, taken=None, action=_denied(decided.security))
        claims = decided.token.passed_on
        found = replace(found, request=decided.token.request)
    if found.action.outcome is not Outcome.FORWARDED:
        return found
    arriving = _Arriving(stack=stack, via=via, claims=claims, remote_ip=sender.remote_ip, found=found)
    destinations = tuple(arriving.checked(one) for one in found.action.destinations)
    return replace(found, action=replace(found.action, destinations=destinations))


def _denied(security: Security) -> Action:
    answer = Answer(status=security.status) if security.status else None
    return Action(outcome=Outcome.DENIED, answer=answer)


@dataclass(frozen=True, kw_only=True)
class _Arriving:
    """A request on its way to its destinations."""

    stack: Stack
    via: Via
    claims: Claims | None
    remote_ip: str | None
    found: Simulation

    def checked(self, destination: Destination) -> Destination:
        """The destination with what its pods decide; one that nothing is known of, as it is."""
        service = self.stack.services.get(destination.host)
        if destination.problem or service is None or not service.selector:
            return destination
        security = self._decided(destination, service)
        if security.decision is Decision.DENIED:
            return replace(destination, security=security, problem=security.reason, status=security.status)
        return replace(destination, security=security)

    def _decided(self, destination: Destination, service: Service) -> Security:
        if service.injected is False:
            return Security(decision=Decision.ALLOWED, reason="its pods have no sidecar, so no policy holds there")
        pods = Pods(namespace=service.namespace, labels={**service.selector, **destination.labels})
        port = service.pod_ports.get(destination.port or 0, destination.port or 0)
        tls = Node(dict(destination.policy), ()).at("tls")
        known = {key: one.value for key, one in tls.entries}
        spoken = connection(self.stack, pods, port, caller_meshed=self.via.meshed, service=service, tls=known)
        if spoken.refused:
            status = BROKEN if self.via.meshed else None
            refused = Security(decision=Decision.DENIED, reason=spoken.refused, policy=spoken.policy, status=status)
            return replace(refused, mtls=spoken.mode, mtls_policy=spoken.policy)
        principal = self.via.principal if spoken.mutual else None
        asked = Asked(
            request=_seen(self.found, destination, self.stack),
            port=port,
            principal=principal,
            identity_known=not spoken.mutual or principal is not None,
            remote_ip=self.remote_ip,
            server_name=self._server_name(tls) if service.gateway else None,
            tcp=not service.speaks_http(destination.port or 0),
            trust_domains=self.stack.trust_domains,
        )
        security = decide(self.stack, pods, asked, self.claims).security
        notes = security.notes
        if service.injected is None:
            notes = (*notes, f"nothing says whether the pods of {service.host} have a sidecar; this is with one")
        return replace(
            security,
            mtls=spoken.mode,
            mtls_policy=spoken.policy,
            mutual=spoken.mutual,
            principal=principal,
            notes=notes,
        )

    def _server_name(self, tls: Node) -> str:
        """The name that TLS asks a gateway for: of the caller's own mutual TLS, else of what passes through it."""
        passed = self.found.request.server_name if self.found.request.scheme == "https" else ""
        return tls.at("sni").text or passed


def _seen(found: Simulation, destination: Destination, stack: Stack) -> Request:
    """The request as the destination's proxy sees it: with path, host and headers as routes have changed them."""
    request, action = found.request, found.action
    headers = dict(request.headers)
    for changes in (action.policies.get("headers"), destination.headers):
        asked = Node(changes, ()).at("request")
        for verb in ("set", "add"):
            for name, value in asked.at(verb).entries:
                before = headers.get(name.lower()) if verb == "add" else None
                headers[name.lower()] = f"{before},{value.text}" if before is not None else value.text or ""
        for name in asked.at("remove").texts:
            headers.pop(name.lower(), None)
    path = request.path if action.path is None else action.path
    return replace(
        request,
        authority=request.authority if action.authority is None else action.authority,
        path=normalized(path, stack.path_normalization),
        headers=headers,
    )
