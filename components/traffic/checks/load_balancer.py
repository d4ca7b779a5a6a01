"""Checks of `loadBalancer`: which endpoint gets a request."""

from collections.abc import Iterator
from math import isqrt

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import either, shown
from components.traffic.checks.locality import locality_problems
from components.traffic.checks.values import duration_problems

_HASH_KEYS = ("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName")
_WARMING = ("UNSPECIFIED", "ROUND_ROBIN", "LEAST_REQUEST", "LEAST_CONN")
_TOO_LARGE = 5000011
"""The first size of a Maglev table that Envoy does not take."""


def load_balancer_problems(balancer: Node, *, ejects: bool) -> Iterator[Problem]:
    """Load balancers that Istio refuses, and settings without effect.

    `ejects` says whether outlierDetection is there, without which no request fails over to another locality.

    Source: validateLoadBalancer of Istio's pkg/config/validation/validation.go, the CRD (one algorithm, and one key
    of a hash), and applyLoadBalancer of pilot/pkg/networking/core/cluster_traffic_policy.go for what has no effect.
    """
    simple, hashed = balancer.at("simple"), balancer.at("consistentHash")
    if simple.given and hashed.given:
        yield balancer.problem("has both simple and consistentHash, which Istio refuses", "Remove one of the two")
    yield from consistent_hash_problems(hashed)
    yield from locality_problems(balancer.at("localityLbSetting"), ejects=ejects)
    yield from _warmup_problems(balancer)


def consistent_hash_problems(hashed: Node) -> Iterator[Problem]:
    """A hash with one key and one algorithm, whose cookie and table Envoy takes.

    That a key is there is a rule of this project: without one, requests go to endpoints at random.
    """
    if not hashed.given:
        return
    keys = [key for key in _HASH_KEYS if hashed.at(key).value not in (None, False, "")]
    if not keys:
        yield hashed.problem(
            "has no key, so that requests would go to endpoints at random (a rule of this project)",
            f"Add one: {either(_HASH_KEYS)}",
        )
    if len(keys) > 1:
        yield hashed.problem(f"has several keys ({', '.join(keys)}), which Istio refuses", "Keep one of them")
    if hashed.has("ringHash") and hashed.has("maglev"):
        yield hashed.problem("has both ringHash and maglev, which Istio refuses", "Remove one of the two")
    if (hashed.at("minimumRingSize").whole or 0) > 0:
        yield hashed.at("minimumRingSize").problem(
            "is deprecated here, and Istio warns about it (a rule of this project)",
            "Write it as `ringHash: {minimumRingSize: SIZE}`",
        )
    yield from _cookie_problems(hashed.at("httpCookie"))
    yield from _table_problems(hashed.at("maglev"))


def _cookie_problems(cookie: Node) -> Iterator[Problem]:
    if not cookie.given:
        return
    if not cookie.at("name").text:
        yield cookie.at("name").problem("required for a cookie, but missing", "Give the cookie a name")
    # 0s makes it a cookie of the session, so only a negative time is one that Envoy cannot set.
    yield from duration_problems(cookie.at("ttl"), least="0s")
    seen: set[str] = set()
    for attribute in cookie.at("attributes"):
        name = attribute.at("name")
        if not name.text:
            yield name.problem("required for an attribute of a cookie, but missing", "Give it a name, or remove it")
        elif name.text in seen:
            yield name.problem(f"{shown(name.text)} is given twice", "Give each attribute once")
        seen.add(name.text or "")


def _table_problems(maglev: Node) -> Iterator[Problem]:
    if not maglev.given:
        return
    size = maglev.at("tableSize")
    number = size.whole
    if number is None or number == 0:
        if number == 0 or not size.given:
            yield size.problem("required for maglev, but missing", "Use a prime number, for example 65537")
    elif number >= _TOO_LARGE:
        yield size.problem(f"{number} is too large for Envoy", f"Use a prime number below {_TOO_LARGE}")
    elif not _is_prime(number):
        yield size.problem(f"{number} is not a prime number", f"Use one, for example {_next_prime(number)}")


def _warmup_problems(balancer: Node) -> Iterator[Problem]:
    warmup, old = balancer.at("warmup"), balancer.at("warmupDurationSecs")
    yield from duration_problems(old)
    if warmup.given and old.given:
        yield old.problem("is not read beside warmup (a rule of this project)", "Remove it")
    for one in (warmup, old):
        algorithm = "consistentHash" if balancer.has("consistentHash") else balancer.at("simple").text
        if one.given and algorithm not in (None, *_WARMING):
            yield one.problem(
                f"has no effect with {algorithm} (a rule of this project)", "Use ROUND_ROBIN or LEAST_REQUEST"
            )
    if not warmup.given:
        return
    if not warmup.has("duration"):
        yield warmup.at("duration").problem("required for warmup, but missing", "Add it, for example '60s'")
    yield from duration_problems(warmup.at("duration"))
    percent, aggression = warmup.at("minimumPercent").number, warmup.at("aggression").number
    if percent is not None and not 0 <= percent <= 100:
        yield warmup.at("minimumPercent").problem(f"{percent:g} is no percentage", "Use a number from 0 to 100")
    if aggression is not None and aggression < 1:
        yield warmup.at("aggression").problem(f"{aggression:g} is below 1, which Istio refuses", "Use 1 or more")


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, isqrt(number) + 1))


def _next_prime(number: int) -> int:
    """The first prime number from `number` on; numbers come here below 5000011, which is one."""
    return next(one for one in range(max(number, 2), _TOO_LARGE) if _is_prime(one))
