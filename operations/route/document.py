"""A simulation as JSON."""

from collections.abc import Mapping

from components.traffic.simulation.results import Action, Destination, Security, Simulation, Skipped


def document(found: Simulation) -> dict[str, object]:
    """The simulation, in this shape; what is not known or does not apply is left out.

    ```
    request:      method, url, path (normalized), headers
    outcome:      forwarded | redirected | answered | notFound | refused | passedThrough | blocked | denied
    through:      proxy (NAMESPACE/NAME), sidecar (true or false), gateway, server, sidecarScope, domain
    rule:         source (KIND NAMESPACE/NAME), name, match (position), path (in the stack file)
    answer:       status, location, body         what the proxy itself answers
    forwarded:    path, authority                as the service sees them
    security:     decision (allowed, denied or unknown), reason, policy (KIND NAMESPACE/NAME), path, status, token and
                  notes: what the policies of the gateway decide
    destinations: host, port, subset, percent, labels, destinationRule, trafficPolicy, headers, problem, status, and
                  security: as above, with mtls, mtlsPolicy, mutual and principal of the connection
    policies:     timeout, retries, fault, mirrors, headers, corsPolicy
    passedOver:   source, rule, match, reason    in the order in which they are tried
    notes:        texts; also of each EnvoyFilter, WasmPlugin and TrafficExtension on the way, which are not simulated
    ```
    """
    request, way, taken = found.request, found.way, found.taken
    written: dict[str, object] = {
        "request": {
            "method": request.method,
            "url": request.url,
            "path": request.path,
            "headers": dict(request.headers),
        },
        "outcome": found.action.outcome.value,
    }
    if way:
        written["through"] = _given(
            proxy=way.proxy,
            sidecar=way.sidecar,
            gateway=way.gateway,
            server=way.server,
            sidecarScope=way.scope,
            domain=way.domain,
        )
    if taken:
        written["rule"] = _given(source=taken.source, name=taken.rule, match=taken.match, path=taken.path)
    if found.security:
        written["security"] = _security(found.security)
    return {
        **written,
        **_action(found.action),
        "passedOver": [_skipped(one) for one in found.skipped],
        "notes": list(found.notes),
    }


def _action(action: Action) -> dict[str, object]:
    answer = action.answer
    return _given(
        answer=_given(status=answer.status, location=answer.location, body=answer.body) if answer else None,
        forwarded=_given(path=action.path, authority=action.authority) or None,
        destinations=[_destination(one) for one in action.destinations] or None,
        policies=dict(action.policies) or None,
    )


def _destination(one: Destination) -> dict[str, object]:
    return _given(
        host=one.host or None,
        port=one.port,
        subset=one.subset,
        percent=one.percent,
        labels=_filled(one.labels),
        destinationRule=one.rule,
        trafficPolicy=_filled(one.policy),
        headers=_filled(one.headers),
        problem=one.problem,
        status=one.status,
        security=_security(one.security) if one.security else None,
    )


def _security(one: Security) -> dict[str, object]:
    return _given(
        decision=one.decision.value,
        reason=one.reason,
        policy=one.policy,
        path=one.path,
        status=one.status,
        token=one.token,
        mtls=one.mtls,
        mtlsPolicy=one.mtls_policy,
        mutual=one.mutual,
        principal=one.principal,
        notes=list(one.notes) or None,
    )


def _skipped(one: Skipped) -> dict[str, object]:
    return _given(source=one.source, rule=one.rule, match=one.match, reason=one.reason)


def _filled(entries: Mapping[str, object]) -> dict[str, object] | None:
    return dict(entries) or None


def _given(**fields: object) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not None}
