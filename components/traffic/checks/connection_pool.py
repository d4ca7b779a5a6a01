"""Checks of `connectionPool` and `outlierDetection`: how many connections there may be, and who is left out."""

from collections.abc import Iterator

from components.kinds.go_duration import go_seconds
from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.values import duration_problems

_CEILINGS = (("http", "http1MaxPendingRequests"), ("http", "http2MaxRequests"), ("http", "maxRetries"))
_NUMBERS = (
    *_CEILINGS,
    ("http", "maxRequestsPerConnection"),
    ("http", "maxConcurrentStreams"),
    ("tcp", "maxConnections"),
)
_DURATIONS = (
    ("http", "idleTimeout"),
    ("tcp", "maxConnectionDuration"),
    ("tcp", "tcpKeepalive", "time"),
    ("tcp", "tcpKeepalive", "interval"),
)


def connection_pool_problems(pool: Node) -> Iterator[Problem]:
    """Pools that Istio refuses, and limits that it would not set.

    Source: validateConnectionPool of Istio's pkg/config/validation/validation.go; for a limit of 0,
    applyConnectionPool of pilot/pkg/networking/core/cluster_traffic_policy.go, which takes it for absent.
    The longest connectTimeout is that of Istio's mesh config (pkg/config/validation/agent/validation.go).
    """
    if not pool.given:
        return
    if not (pool.has("tcp") or pool.has("http")):
        yield pool.problem("has neither tcp nor http, which Istio refuses", "Give it one of the two, or remove it")
    for keys in _NUMBERS:
        yield from _limit_problems(pool.at(*keys), ceiling=(*keys,) in (*_CEILINGS, ("tcp", "maxConnections")))
    for keys in _DURATIONS:
        yield from duration_problems(pool.at(*keys))
    yield from duration_problems(pool.at("tcp", "connectTimeout"), most="1h")
    idle = pool.at("tcp", "idleTimeout")
    if go_seconds(idle.text or "") != 0:  # 0s turns the timeout off
        yield from duration_problems(idle)
    http = pool.at("http")
    if http.at("h2UpgradePolicy").text == "UPGRADE" and http.at("useClientProtocol").flag:
        yield http.at("useClientProtocol").problem(
            "the client's protocol cannot be kept when h2UpgradePolicy is UPGRADE, and Istio refuses both together",
            "Remove one of the two",
        )


def outlier_problems(outlier: Node) -> Iterator[Problem]:
    """Outlier detections that Istio refuses, and counters that it would not read.

    Source: validateOutlierDetection of Istio's pkg/config/validation/validation.go; for counters without effect,
    the reference of OutlierDetection and applyOutlierDetection of pilot/pkg/networking/core/cluster_traffic_policy.go.
    """
    for key in ("interval", "baseEjectionTime"):
        yield from duration_problems(outlier.at(key))
    for key in ("maxEjectionPercent", "minHealthPercent"):
        percent = outlier.at(key)
        if percent.number is not None and not 0 <= percent.number <= 100:
            yield percent.problem(f"{percent.number:g} is no percentage", "Use a number from 0 to 100")
    if outlier.has("consecutiveErrors"):
        yield outlier.at("consecutiveErrors").problem(
            "is deprecated, and istiod reads it no more (a rule of this project)",
            "Use consecutive5xxErrors or consecutiveGatewayErrors",
        )
    local = outlier.at("consecutiveLocalOriginFailures")
    if (local.whole or 0) > 0 and not outlier.at("splitExternalLocalOriginErrors").flag:
        yield local.problem(
            "counts only when splitExternalLocalOriginErrors is true, and Istio refuses it otherwise",
            "Add `splitExternalLocalOriginErrors: true`, or remove it",
        )
    gateway, every = outlier.at("consecutiveGatewayErrors"), outlier.at("consecutive5xxErrors").whole or 0
    if 0 < every <= (gateway.whole or 0):
        yield gateway.problem(
            f"{gateway.whole} is never reached, because consecutive5xxErrors counts the same errors and is {every} "
            "(a rule of this project)",
            "Make it the smaller one, or remove it",
        )


def _limit_problems(limit: Node, *, ceiling: bool) -> Iterator[Problem]:
    if limit.whole is None:
        return
    if limit.whole < 0:
        yield limit.problem(f"{limit.whole} is negative", "Use a positive number, or remove it for no limit")
    elif limit.whole == 0 and ceiling:
        yield limit.problem(
            "Istio takes 0 for absent, so that it would mean no limit (a rule of this project)",
            "Use 1 or more, or remove it",
        )
