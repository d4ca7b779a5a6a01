"""Checks of timeouts, retries, faults and CORS of a route.

Source: validateHTTPRetry, validateHTTPFaultInjection and validateCORSPolicy in pkg/config/validation/validation.go.
"""

from collections.abc import Iterator
from http import HTTPStatus

from components.kinds.go_duration import go_seconds
from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import listed, shown, suggestion
from components.traffic.checks.destinations import whole_percent_problems
from components.traffic.checks.values import (
    duration_problems,
    is_header_name,
    percent_problems,
    regex_problems,
)

RETRY_ON = (
    *("5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream"),
    *("retriable-status-codes", "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure"),
    *("cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"),
)
"""The conditions of Envoy's x-envoy-retry-on and x-envoy-retry-grpc-on that Istio takes."""
GRPC_STATUSES = (
    *("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"),
    *("PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED"),
    *("INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"),
)
"""gRPC's status codes by name (pkg/util/grpc/codes.go)."""
CORS_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*")
_PASSES_ISTIO = 600
_STATUSES = {str(int(status)) for status in HTTPStatus}
_NEEDS_ATTEMPTS = ("perTryTimeout", "retryOn", "retryRemoteLocalities")


def timeout_problems(route: Node) -> Iterator[Problem]:
    """`timeout`, and that one try is not given more time than all of them together (a rule of this project)."""
    yield from duration_problems(route.at("timeout"))
    whole, one_try = route.at("timeout"), route.at("retries", "perTryTimeout")
    longest, wanted = go_seconds(whole.text or ""), go_seconds(one_try.text or "")
    if longest is not None and wanted is not None and wanted > longest:
        yield one_try.problem(
            f"{shown(one_try.text)} is longer than the timeout of the route, {whole.text} (a rule of this project)",
            f"Set {whole.text} or less, or a longer timeout",
        )


def retries_problems(retries: Node) -> Iterator[Problem]:
    """An HTTPRetry: attempts, and what they are for."""
    attempts = retries.at("attempts")
    if (attempts.whole or 0) < 0:
        yield attempts.problem(f"{attempts.whole} is negative", "Set 0 for no retries, or more")
    elif not attempts.whole:
        without = "'attempts' is 0, which means no retries"
        for field in _NEEDS_ATTEMPTS:
            if retries.at(field).value not in (None, ""):
                yield retries.at(field).problem(f"has no effect: {without}", f"Set attempts, or remove {field}")
    for field in ("perTryTimeout", "backoff"):
        yield from duration_problems(retries.at(field))
    retry_on = retries.at("retryOn")
    for word in (retry_on.text or "").split(",") if retry_on.text else ():
        if word not in RETRY_ON and word not in _STATUSES:
            yield retry_on.problem(f"{shown(word)} is no condition for a retry", _fix(word))


def _fix(word: str) -> str:
    if word.strip() in RETRY_ON:
        return "Write the conditions without spaces"
    meant = suggestion(word, RETRY_ON)
    return (
        f"Did you mean '{meant}'?" if meant else "Use conditions of Envoy or HTTP status codes, with ',' between them"
    )


def fault_problems(fault: Node) -> Iterator[Problem]:
    """An HTTPFaultInjection: an abort, a delay or both, of a share of the requests."""
    if not fault.given:
        return
    if not fault.has("abort") and not fault.has("delay"):
        yield fault.problem("has neither 'abort' nor 'delay'", "Add one of them, or remove fault")
    if fault.has("abort"):
        yield from _abort_problems(fault.at("abort"))
    if fault.has("delay"):
        yield from _delay_problems(fault.at("delay"))


def _abort_problems(abort: Node) -> Iterator[Problem]:
    yield from percent_problems(abort.at("percentage"))
    kinds = [field for field in ("httpStatus", "grpcStatus", "http2Error") if abort.has(field)]
    if not kinds:
        yield abort.problem("does not say with what to abort (a rule of this project)", "Add httpStatus or grpcStatus")
    elif len(kinds) > 1:
        yield abort.problem(f"has {' and '.join(kinds)}, of which one is possible", f"Keep {kinds[0]} alone")
    if abort.has("http2Error"):
        yield abort.at("http2Error").problem("is not supported by Istio", "Use httpStatus or grpcStatus")
    yield from http_status_problems(abort.at("httpStatus"))
    status = abort.at("grpcStatus")
    if status.text is not None and status.text not in GRPC_STATUSES:
        meant = suggestion(status.text, GRPC_STATUSES)
        yield status.problem(
            f"{shown(status.text)} is no status of gRPC",
            f"Did you mean '{meant}'?" if meant else "Use its name, for example 'UNAVAILABLE'",
        )
    yield from _share_problems(abort, ("percentage",), "aborted")


def http_status_problems(status: Node) -> Iterator[Problem]:
    """An HTTP status that Envoy answers with: 200 to 599. Istio lets 600 pass, which Envoy refuses."""
    if status.whole is not None and not 200 <= status.whole <= 599:
        own = " (a rule of this project)" if status.whole == _PASSES_ISTIO else ""
        yield status.problem(f"{status.whole} is no HTTP status of an answer{own}", "Set one from 200 to 599")


def _delay_problems(delay: Node) -> Iterator[Problem]:
    yield from percent_problems(delay.at("percentage"))
    yield from whole_percent_problems(delay.at("percent"), own=True)
    yield from duration_problems(delay.at("fixedDelay"))
    if delay.has("exponentialDelay"):
        yield delay.at("exponentialDelay").problem("is not supported by Istio", "Use fixedDelay")
    elif not delay.has("fixedDelay"):
        yield delay.problem("does not say for how long (a rule of this project)", "Add fixedDelay")
    yield from _share_problems(delay, ("percentage", "percent"), "delayed")


def _share_problems(fault: Node, fields: tuple[str, ...], done: str) -> Iterator[Problem]:
    """Without a share Istio injects no fault (HTTPFaultInjection in the reference of VirtualService)."""
    if not any(fault.has(field) for field in fields):
        yield fault.problem(
            f"without 'percentage' no request is {done} (a rule of this project)",
            "Add percentage, for example `percentage: {value: 100}`",
        )


def cors_problems(policy: Node) -> Iterator[Problem]:
    """A CorsPolicy: origins, methods and headers that exist, and an age in whole seconds."""
    for origin in policy.at("allowOrigins"):
        texts = [origin.at(word).text for word in ("exact", "prefix", "regex")]
        if not any(texts):
            yield origin.problem("names no origin", "Add exact, prefix or regex, for example 'https://example.com'")
        else:
            yield from regex_problems(origin.at("regex"))
    for method in policy.at("allowMethods"):
        if method.text is not None and method.text not in CORS_METHODS:
            yield method.problem(f"{shown(method.text)} is no HTTP method", f"Use {listed(CORS_METHODS)}")
    for field in ("allowHeaders", "exposeHeaders"):
        for name in policy.at(field):
            if name.text is not None and name.text != "*" and not is_header_name(name.text):
                yield name.problem(f"{shown(name.text)} is no name of a header", "For example: 'x-request-id', or '*'")
    yield from _age_problems(policy.at("maxAge"))


def _age_problems(age: Node) -> Iterator[Problem]:
    found = list(duration_problems(age))
    yield from found
    if not found and (go_seconds(age.text or "") or 0) % 1:
        yield age.problem(f"{shown(age.text)} is finer than a second", "Round it to whole seconds")
