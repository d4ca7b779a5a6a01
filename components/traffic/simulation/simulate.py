"""One request, simulated."""

from collections.abc import Mapping
from dataclasses import replace

from components.security.selection import Pods
from components.services.names import cluster_host
from components.traffic.simulation.extensions import with_extensions
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.paths import normalized
from components.traffic.simulation.proxies import GatewayProxy
from components.traffic.simulation.regex import UnknownRegexError
from components.traffic.simulation.request import Request, RequestError
from components.traffic.simulation.results import Outcome, Simulation
from components.traffic.simulation.security.asked import Sender
from components.traffic.simulation.security.decide import tokens_of
from components.traffic.simulation.security.secured import Via, secured
from components.traffic.simulation.security.tokens import checked
from components.traffic.simulation.through_gateway import serves, taking, through_gateway
from components.traffic.simulation.within_mesh import Workload, within_mesh

NOBODY = Sender()
"""A client of which nothing is known."""


def simulate(
    stack: Stack,
    request: Request,
    *,
    caller: str | None = None,
    gateway: str | None = None,
    labels: Mapping[str, str] | None = None,
    sender: Sender = NOBODY,
) -> Simulation:
    """What becomes of a request in the mesh of a stack, as the objects say that are deployed.

    Without `caller` it comes from outside, to the gateway that serves its host, or to `gateway`. `caller` is the
    NAMESPACE/SERVICE of the mesh that sends it, `labels` are further labels of its pods. `sender` is what else is known
    of the client: the claims of its token, and its address.

    Raises:
        RequestError: a caller or gateway that there is not, or several gateways that serve the host.
    """
    seen = replace(request, path=normalized(request.path, stack.path_normalization))
    try:
        if caller is not None:
            if gateway is not None:
                raise RequestError(
                    "--gateway: a request --from a workload goes through its own proxy. Leave out one of the two."
                )
            workload = _workload(caller, labels or {}, stack)
            via = _by_caller(workload, stack)
            found = secured(_as_sent(within_mesh(workload, stack, seen), request), stack, via, sender)
            own = Pods(namespace=workload.namespace, labels=workload.labels)
            return with_extensions(found, stack, own if via.meshed else None)
        if labels:
            raise RequestError(
                "--source-label: a request from outside the mesh has no labels. Say who sends it by --from."
            )
        proxy = _gateway(gateway, stack, seen)
        pods = Pods(namespace=proxy.namespace, labels=proxy.labels)
        # The filter that checks tokens comes before the routes, which may choose by claims.
        seen = replace(seen, claims=checked(tokens_of(stack, pods), sender.claims, seen).claims)
        found = _as_sent(through_gateway(proxy, stack, seen), request)
        found = secured(found, stack, _by_gateway(proxy, stack, seen), sender)
        return with_extensions(found, stack, pods)
    except UnknownRegexError as error:
        raise RequestError(f"{error}. Try a request for which it need not be compared.") from None


def _as_sent(found: Simulation, request: Request) -> Simulation:
    """A connection that the proxy does not look into carries the path that was sent: nobody normalizes it."""
    if found.action.outcome is Outcome.FORWARDED and found.action.path is None:
        return replace(found, request=replace(found.request, path=request.path))
    return found


def _by_caller(workload: Workload, stack: Stack) -> Via:
    service = stack.services[cluster_host(workload.service, workload.namespace)]
    meshed = service.injected is not False
    return Via(principal=service.principal if meshed else None, meshed=meshed)


def _by_gateway(proxy: GatewayProxy, stack: Stack, request: Request) -> Via:
    """Both Istio's chart and Istio itself name the service account of a gateway after its Service."""
    server = taking(proxy, stack, request)
    return Via(
        principal=f"{stack.trust_domains[0]}/ns/{proxy.namespace}/sa/{proxy.name}",
        meshed=True,
        pods=Pods(namespace=proxy.namespace, labels=proxy.labels),
        port=proxy.ports.get(request.port, request.port),
        mutual_server=server is not None and (server.tls_mode or "").endswith("MUTUAL"),
        connection_only=server is not None and not server.plain_http and not server.terminates,
    )


def _workload(caller: str, labels: Mapping[str, str], stack: Stack) -> Workload:
    namespace, slash, name = caller.partition("/")
    if not (namespace and slash and name) or "/" in name:
        raise RequestError(f"--from: '{caller}' is not NAMESPACE/SERVICE. Write for example --from shop/cart.")
    host = cluster_host(name, namespace)
    service = stack.services.get(host)
    if service is None:
        known = sorted(
            f"{one.namespace}/{one.host.partition('.')[0]}" for one in stack.services.values() if one.selector
        )
        raise RequestError(
            f"--from: the stack knows no service '{caller}'. Choose one of {', '.join(known) or 'none'}, or declare it "
            "in mesh.services."
        )
    return Workload(namespace=namespace, service=name, labels={**service.selector, **labels})


def _gateway(name: str | None, stack: Stack, request: Request) -> GatewayProxy:
    known = {one.key: one for one in stack.proxies}
    if not known:
        raise RequestError("the stack has no gateways. Say by --from which service sends the request.")
    listed = ", ".join(sorted(known))
    if name is not None:
        if name not in known:
            raise RequestError(f"--gateway: the stack has no gateway '{name}'. Choose one of {listed}.")
        return known[name]
    serving = [one for one in stack.proxies if serves(one, stack, request)]
    if len(serving) > 1:
        names = ", ".join(one.key for one in serving)
        raise RequestError(
            f"{len(serving)} gateways serve '{request.host}' at port {request.port}: {names}. DNS decides which one is "
            "asked; choose it by --gateway."
        )
    if len(known) > 1 and not serving:
        raise RequestError(
            f"no gateway serves '{request.host}' at port {request.port}. Choose one of {listed} by --gateway to see "
            "what it answers."
        )
    return serving[0] if serving else next(iter(known.values()))
