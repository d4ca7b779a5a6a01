"""Whether an earlier match takes all that a later one would, against requests that are tried one by one."""

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.kinds.node import Node
from components.traffic.checks.coverage import covers, l4_covers


@dataclass(frozen=True)
class Request:
    """A request, and the proxy that routes it."""

    path: str = "/"
    port: int = 80
    headers: dict[str, str] = field(default_factory=lambda: {":method": "GET", ":authority": "a", ":scheme": "http"})
    query: dict[str, str] = field(default_factory=dict[str, str])
    gateway: str = "mesh"
    labels: dict[str, str] = field(default_factory=dict[str, str])
    namespace: str = "a"


def accepts(match: dict[str, Any], request: Request) -> bool:
    """Whether a request fulfils a match, condition by condition, as Istio has it evaluated (core/route/route.go)."""
    lower = bool(match.get("ignoreUriCase"))
    wanted = [(name.lower(), one) for name, one in match.get("headers", {}).items()]
    wanted += [(f":{name}", match[name]) for name in ("method", "authority", "scheme") if name in match]
    without = {name.lower(): one for name, one in match.get("withoutHeaders", {}).items()}
    return (
        _from(match, request)
        and match.get("port", request.port) == request.port
        and ("uri" not in match or _holds(match["uri"], request.path, lower=lower))
        and all(_holds(one, request.headers.get(name)) for name, one in wanted)
        and all(_holds(one, request.query.get(name)) for name, one in match.get("queryParams", {}).items())
        and not any(_holds(one, request.headers.get(name), missing="") for name, one in without.items())
    )


def _from(match: dict[str, Any], request: Request) -> bool:
    if match.get("gateways"):
        return request.gateway in match["gateways"]
    labels: dict[str, str] = match.get("sourceLabels", {})
    return labels.items() <= request.labels.items() and match.get("sourceNamespace", request.namespace) in (
        request.namespace,
        "",
    )


def _holds(condition: dict[str, str], value: str | None, *, lower: bool = False, missing: str | None = None) -> bool:
    if not condition or condition.get("regex") == "*":
        return value is not None
    value = missing if value is None else value
    if value is None:
        return False
    (word, text) = next(iter(condition.items()))
    if word == "regex":
        return re.fullmatch(text, value) is not None
    value, text = (value.lower(), text.lower()) if lower else (value, text)
    return value == text if word == "exact" else value.startswith(text)


VALUES = ("a", "A", "ab", "b", "1")
PATHS = ("/", "/a", "/A", "/ab", "/a/b", "/1", "/1a")
PLACES = ("mesh", "n/g")
TEXTS = st.sampled_from(VALUES)
NAMES = st.sampled_from(["x", "X", "y"])
REGEXES = st.sampled_from([".*", "a.*", "a|b", "/a.*"])


def conditions(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    """A StringMatch, mostly with a word."""
    pair = st.tuples(st.sampled_from(["exact", "prefix"]), texts) | st.tuples(st.just("regex"), REGEXES)
    return st.just(dict[str, str]()) | pair.map(lambda one: dict([one]))


MATCHES = st.fixed_dictionaries(
    {},
    optional={
        "uri": conditions(st.sampled_from([*PATHS, ""])),
        "ignoreUriCase": st.booleans(),
        "method": conditions(st.sampled_from(["GET", "G", "POST"])),
        "authority": conditions(TEXTS),
        "headers": st.dictionaries(st.sampled_from(["x", "y", ":method"]), conditions(TEXTS), max_size=2),
        "withoutHeaders": st.dictionaries(st.sampled_from(["x", "y"]), conditions(TEXTS), max_size=2),
        "queryParams": st.dictionaries(NAMES, conditions(TEXTS), max_size=2),
        "port": st.sampled_from([80, 81]),
        "gateways": st.lists(st.sampled_from(PLACES), max_size=2),
        "sourceLabels": st.dictionaries(NAMES, TEXTS, max_size=2),
        "sourceNamespace": st.sampled_from(["a", "b", ""]),
    },
)


def some_request(random: Random, match: dict[str, Any]) -> Request:
    """A request that mostly fulfils a match: a random one would hardly ever."""
    names = ("x", "X", "y")
    headers = {":method": "GET", ":authority": "a", ":scheme": "http"} | {
        name: random.choice(VALUES) for name in ("x", "y") if random.random() < 0.3
    }
    wanted = {f":{name}": match[name] for name in ("method", "authority") if name in match}
    headers |= {name: _fulfilling(random, one) for name, one in (match.get("headers", {}) | wanted).items()}
    labels = {name: random.choice(VALUES) for name in names if random.random() < 0.3}
    path = _fulfilling(random, match["uri"]) if "uri" in match else random.choice(PATHS)
    path = "/" + path.removeprefix("/")
    return Request(
        path=path.swapcase() if match.get("ignoreUriCase") and random.random() < 0.5 else path,
        port=match.get("port") or random.choice((80, 81)),
        headers={name.lower(): value for name, value in headers.items()},
        query={name: _fulfilling(random, one) for name, one in match.get("queryParams", {}).items()},
        gateway=random.choice(match.get("gateways") or PLACES),
        labels=labels | match.get("sourceLabels", {}),
        namespace=match.get("sourceNamespace") or random.choice("ab"),
    )


def _fulfilling(random: Random, condition: dict[str, str]) -> str:
    word, text = next(iter(condition.items()), ("prefix", ""))
    tail = random.choice(("", "a", "1", "/b"))
    return text if word == "exact" else random.choice((*VALUES, *PATHS)) if word == "regex" else text + tail


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two matches; the earlier one is made of parts of the later one, so that it often covers it."""
    later, other = draw(MATCHES), draw(MATCHES)
    kept = draw(st.sets(st.sampled_from(sorted(later)))) if later else set[str]()
    taken = draw(st.sets(st.sampled_from(sorted(other)), max_size=1)) if other else set[str]()
    return {key: later[key] for key in kept} | {key: other[key] for key in taken}, later


def node(match: object) -> Node:
    return Node(match, ("match",))


@settings(derandomize=True, max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs(), st.randoms(use_true_random=True))
def test_a_match_that_is_said_to_cover_another_accepts_each_of_its_requests(
    pair: tuple[dict[str, Any], dict[str, Any]], random: Random
) -> None:
    earlier, later = pair
    if not covers(node(earlier), node(later)):
        return
    for request in (some_request(random, later) for _ in range(40)):
        if accepts(later, request):
            assert accepts(earlier, request), f"{request} reaches a route that would be refused as unreachable"


COVERED: list[tuple[str, dict[str, Any] | None, dict[str, Any]]] = [
    ("no conditions", {}, {"uri": {"exact": "/a"}, "headers": {"x": {"exact": "a"}}}),
    ("no match at all", None, {"sourceLabels": {"app": "a"}}),
    ("the root as prefix", {"uri": {"prefix": "/"}}, {"uri": {"regex": "/a.*"}}),
    ("every path by regex", {"uri": {"regex": ".*"}}, {}),
    ("a prefix of a prefix", {"uri": {"prefix": "/a"}}, {"uri": {"prefix": "/a/b"}}),
    ("a prefix of an exact path", {"uri": {"prefix": "/a"}}, {"uri": {"exact": "/ab"}}),
    ("the same regex", {"uri": {"regex": "/a.*"}}, {"uri": {"regex": "/a.*"}, "port": 80}),
    ("a path in any case", {"uri": {"prefix": "/A"}, "ignoreUriCase": True}, {"uri": {"exact": "/ab"}}),
    ("presence of a header", {"headers": {"X": {}}}, {"headers": {"x": {"regex": "a+"}}}),
    ("fewer headers", {"headers": {"x": {"exact": "a"}}}, {"headers": {"x": {"exact": "a"}, "y": {}}}),
    ("a method by its pseudo header", {"method": {"exact": "GET"}}, {"headers": {":method": {"exact": "GET"}}}),
    ("a prefix of an authority", {"authority": {"prefix": "a."}}, {"authority": {"exact": "a.example.com"}}),
    ("a query parameter", {"queryParams": {"x": {"prefix": "a"}}}, {"queryParams": {"x": {"exact": "ab"}}}),
    ("a header that is missing", {"withoutHeaders": {"x": {}}}, {"withoutHeaders": {"x": {"regex": "*"}}}),
    ("the same port", {"port": 80}, {"port": 80, "uri": {"exact": "/a"}}),
    ("fewer labels", {"sourceLabels": {"app": "a"}}, {"sourceLabels": {"app": "a", "version": "v1"}}),
    ("the same namespace", {"sourceNamespace": "a"}, {"sourceNamespace": "a", "method": {"exact": "GET"}}),
    ("more gateways", {"gateways": ["mesh", "n/g"]}, {"gateways": ["n/g"]}),
]


@pytest.mark.parametrize(("name", "earlier", "later"), COVERED, ids=[row[0] for row in COVERED])
def test_a_match_that_asks_for_less_covers_one_that_asks_for_more(
    name: str, earlier: dict[str, Any] | None, later: dict[str, Any]
) -> None:
    assert covers(node(earlier), node(later)), f"{name}: the later route would silently never be reached"


CLAIM = "@request.auth.claims.Group"
NOT_COVERED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("another path", {"uri": {"exact": "/a"}}, {"uri": {"exact": "/ab"}}),
    ("a path against every path", {"uri": {"exact": "/a"}}, {}),
    ("a path in one case", {"uri": {"exact": "/a"}}, {"uri": {"exact": "/a"}, "ignoreUriCase": True}),
    ("a longer prefix", {"uri": {"prefix": "/a/b"}}, {"uri": {"prefix": "/a"}}),
    ("a regex, in doubt", {"uri": {"regex": "/a.*"}}, {"uri": {"exact": "/ab"}}),
    ("a header more", {"headers": {"x": {"exact": "a"}}}, {"uri": {"exact": "/"}}),
    ("presence of a claim", {"headers": {CLAIM: {}}}, {"headers": {CLAIM: {"exact": "b"}}}),
    ("a claim in another case", {"headers": {CLAIM: {"exact": "b"}}}, {"headers": {CLAIM.lower(): {"exact": "b"}}}),
    ("a query parameter in another case", {"queryParams": {"X": {}}}, {"queryParams": {"x": {}}}),
    ("a header that is missing", {"withoutHeaders": {"x": {}}}, {"withoutHeaders": {"x": {"exact": "a"}}}),
    ("another port", {"port": 80}, {"port": 81}),
    ("another namespace", {"sourceNamespace": "a"}, {"sourceNamespace": "b"}),
    (
        "labels against gateways, where labels have no effect",
        {"sourceLabels": {"app": "a"}},
        {"sourceLabels": {"app": "a"}, "gateways": ["n/g"]},
    ),
    ("gateways against none", {"gateways": ["mesh"]}, {}),
]


@pytest.mark.parametrize(("name", "earlier", "later"), NOT_COVERED, ids=[row[0] for row in NOT_COVERED])
def test_a_match_that_leaves_requests_over_covers_nothing(
    name: str, earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    assert not covers(node(earlier), node(later)), f"{name}: a route that is reached would be refused"


CONNECTIONS: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("the same port", {"port": 1}, {"port": 1, "sourceLabels": {"app": "a"}}, True),
    ("a name among others", {"sniHosts": ["a.b", "c.d"]}, {"sniHosts": ["c.d"], "port": 443}, True),
    ("a name below an asterisk, which Envoy prefers", {"sniHosts": ["*.b"]}, {"sniHosts": ["a.b"]}, False),
    ("a narrower range, which Envoy prefers", {"port": 1}, {"port": 1, "destinationSubnets": ["10.0.0.0/8"]}, False),
    ("a range of its own", {"sourceSubnet": "10.0.0.0/8"}, {}, False),
    ("another port", {"port": 1}, {"port": 2}, False),
]


@pytest.mark.parametrize(("name", "earlier", "later", "expected"), CONNECTIONS, ids=[row[0] for row in CONNECTIONS])
def test_of_connections_only_the_same_names_and_ranges_are_covered(
    name: str, earlier: dict[str, Any], later: dict[str, Any], expected: bool
) -> None:
    assert l4_covers(node(earlier), node(later)) is expected, f"{name}: Envoy takes the most specific, not the first"
