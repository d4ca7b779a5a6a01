"""One request, simulated."""

from collections.abc import Mapping
from dataclasses import replace

from components.services.names import cluster_host
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.paths import normalized
from components.traffic.simulation.proxies import GatewayProxy
from components.traffic.simulation.regex import UnknownRegexError
from components.traffic.simulation.request import Request, RequestError
from components.traffic.simulation.results import Simulation
from components.traffic.simulation.through_gateway import serves, through_gateway
from components.traffic.simulation.within_mesh import Workload, within_mesh


def simulate(
    stack: Stack,
    request: Request,
    *,
    caller: str | None = None,
    gateway: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> Simulation:
    """What becomes of a request in the mesh of a stack, as the objects say that are deployed.

    Without `caller` it comes from outside, to the gateway that serves its host, or to `gateway`. `caller` is the
    NAMESPACE/SERVICE of the mesh that sends it, `labels` are further labels of its pods.

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
            return within_mesh(_workload(caller, labels or {}, stack), stack, seen)
        if labels:
            raise RequestError(
                "--source-label: a request from outside the mesh has no labels. Say who sends it by --from."
            )
        return through_gateway(_gateway(gateway, stack, seen), stack, seen)
    except UnknownRegexError as error:
        raise RequestError(f"{error}. Try a request for which it need not be compared.") from None


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
