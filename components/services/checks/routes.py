"""Checks of the routes of a service: matches, where requests go, and the order."""

from collections.abc import Iterator, Mapping

from components.kinds.node import Node
from components.services.actions import RedirectSettings
from components.services.checks.shadows import shadow_problems
from components.services.matching import RouteMatch
from components.services.rules import DEFAULT, TESTERS
from components.services.settings import RouteSettings, ServiceSettings
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem
from components.traffic.checks.http_match import string_match_problems
from components.traffic.checks.values import header_name_problems

WHOLE = 100
"""Weights sum up to this: a rule of this project, for Istio takes any numbers as shares (validation.go, weights)."""

_TARGETS = ("version", "weights", "destinations")
_ANSWERS = ("redirect", "direct_response", "delegate")
_REDIRECT_CODES = (301, 302, 303, 307, 308)
"""Those that Envoy has (RedirectResponseCode of its RedirectAction)."""


def route_problems(service: ServiceSettings, path: Path) -> Iterator[Problem]:
    """Routes that say nothing or contradict themselves, and routes that never get a request."""
    if not service.protocol.http:
        yield from _not_http(service, path)
        return
    yield from weight_problems(service.weights or {}, (*path, "weights"))
    for index, tester in enumerate(service.testers):
        yield from match_problems(tester.match, (*path, "testers", index, "match"))
    names: dict[str, int] = {}
    for index, route in enumerate(service.routes):
        here = (*path, "routes", index)
        if names.setdefault(route.name, index) != index or route.name in _own_names(service):
            taken = _own_names(service).get(route.name, "another route")
            yield Problem((*here, "name"), f"'{route.name}' is the name of {taken}", "Choose another name")
        for number, match in enumerate(route.match):
            yield from match_problems(match, (*here, "match", number))
        yield from _action_problems(route, here)
    yield from shadow_problems(service, path)


def _own_names(service: ServiceSettings) -> dict[str, str]:
    """The names of the rules that are no routes, and what they are for."""
    testers = {f"{TESTERS}-{index}": "the requests of testers" for index, _ in enumerate(service.testers)}
    return {DEFAULT: "what no route is for", **testers}


def weight_problems(weights: Mapping[str, int], path: Path) -> Iterator[Problem]:
    """Weights that do not sum up to 100."""
    total = sum(weights.values())
    if weights and total != WHOLE:
        shares = " + ".join(str(weight) for weight in weights.values())
        told = f"{shares} is {total}" if len(weights) > 1 else f"{total} alone"
        yield Problem(
            path,
            f"{told}, where weights are percentages and sum up to {WHOLE} (a rule of this project; Istio "
            "takes them as shares)",
            f"Change them so that they sum up to {WHOLE}",
        )


def match_problems(match: RouteMatch, path: Path) -> Iterator[Problem]:
    """A match that is for every request, or whose conditions cannot be read."""
    node = Node(match.model_dump(mode="json", by_alias=True, exclude_none=True), path)
    if match == RouteMatch():
        yield Problem(path, "is for every request", "Add a condition; what no route is for goes by `weights`")
    yield from _path_problems(match, node)
    for field in ("headers", "withoutHeaders"):
        yield from _repeated_headers(node.at(field))
        for name, one in node.at(field).entries:
            yield from header_name_problems(name, one)
            yield from one_word_problems(one, ("exact", "prefix", "regex", "present"))
            if one.at("present").flag is False:
                fix = f"Use `withoutHeaders: {{{name}: {{present: true}}}}` for a header that must not be there"
                yield one.at("present").problem("false says nothing", fix)
    for _, one in node.at("queryParams").entries:
        yield from one_word_problems(one, ("exact", "prefix", "regex"))
    if node.has("authority"):
        yield from one_word_problems(node.at("authority"), ("exact", "prefix", "regex"))


def _repeated_headers(headers: Node) -> Iterator[Problem]:
    """Names that differ in case alone are one header (RFC 9110, 5.1)."""
    first: dict[str, str] = {}
    for name, one in headers.entries:
        earlier = first.setdefault(name.lower(), name)
        if earlier != name:
            yield one.problem(f"'{name}' is the same header as '{earlier}'", "Keep one of the two")


def _path_problems(match: RouteMatch, node: Node) -> Iterator[Problem]:
    found = node.at("path")
    if not found.given:
        if match.ignore_uri_case:
            yield node.at("ignoreUriCase").problem("has no effect without a path", "Add path, or remove it")
        return
    yield from one_word_problems(found, ("exact", "prefix", "regex"))
    for word in ("exact", "prefix"):
        text = found.at(word).text
        if text is not None and not text.startswith("/"):
            yield found.at(word).problem(f"'{text}' is no path", f"Write '/{text}'")
    if match.ignore_uri_case and found.has("regex"):
        yield node.at("ignoreUriCase").problem("has no effect on a regular expression", "Write '(?i)' into it")


def one_word_problems(node: Node, words: tuple[str, ...]) -> Iterator[Problem]:
    """One way to compare, and one that can be read."""
    if not any(node.has(word) for word in words):
        yield node.problem("says nothing", f"Add {', '.join(words[:-1])} or {words[-1]}")
    yield from string_match_problems(node)


def _action_problems(route: RouteSettings, path: Path) -> Iterator[Problem]:
    given = [name for name in (*_TARGETS, *_ANSWERS) if getattr(route, name) is not None]
    keys = [_key(name) for name in given]
    if len(given) > 1:
        yield Problem(path, f"has {' and '.join(keys)}, of which one is possible", f"Keep {keys[0]} alone")
    answered = [name for name in given if name in _ANSWERS]
    if answered and route.rewrite:
        yield Problem((*path, "rewrite"), f"has no effect beside {_key(answered[0])}", "Remove it")
    if route.rewrite:
        yield from _rewrite_problems(route, path)
    if route.redirect:
        yield from _redirect_problems(route.redirect, (*path, "redirect"))
    yield from weight_problems(route.weights or {}, (*path, "weights"))
    several = route.destinations or ()
    missing = [index for index, one in enumerate(several) if one.weight is None]
    if len(several) > 1 and missing:
        here = (*path, "destinations", missing[0], "weight")
        yield Problem(here, "required, because there are several destinations", "Add it, in percent")
    elif several:
        given_weights = {str(index): one.weight for index, one in enumerate(several) if one.weight is not None}
        yield from weight_problems(given_weights, (*path, "destinations"))


def _redirect_problems(redirect: RedirectSettings, path: Path) -> Iterator[Problem]:
    if redirect.code not in _REDIRECT_CODES:
        codes = ", ".join(map(str, _REDIRECT_CODES))
        yield Problem((*path, "code"), f"{redirect.code} is no status of a redirect", f"Use one of {codes}")
    changes = (redirect.path, redirect.authority, redirect.scheme, redirect.port)
    if all(one is None for one in changes):
        rule = "sends callers to where they are"
        yield Problem(path, rule, "Add path, authority, scheme or port")
    if redirect.path is not None and not redirect.path.startswith("/"):
        yield Problem((*path, "path"), f"'{redirect.path}' is no path", f"Write '/{redirect.path}'")


def _rewrite_problems(route: RouteSettings, path: Path) -> Iterator[Problem]:
    rewrite, here = route.rewrite, (*path, "rewrite")
    if rewrite is None:
        return
    if rewrite.path is not None and rewrite.prefix is not None:
        yield Problem(here, "has path and prefix, of which one is possible", "Keep path alone")
    if rewrite.path is None and rewrite.prefix is None and rewrite.authority is None:
        yield Problem(here, "says nothing", "Add path, prefix or authority")
    for word in ("path", "prefix"):
        text = getattr(rewrite, word)
        if text is not None and not text.startswith("/"):
            yield Problem((*here, word), f"'{text}' is no path", f"Write '/{text}'")
    if rewrite.prefix is not None:
        for index, match in enumerate(route.match):
            if match.path and match.path.regex is not None:
                yield Problem(
                    (*path, "match", index, "path", "regex"),
                    "has no prefix that could be rewritten",
                    "Match by prefix, or use `rewrite.path`",
                )


def _not_http(service: ServiceSettings, path: Path) -> Iterator[Problem]:
    fields: dict[str, object] = {
        name: getattr(service, name)
        for name in ("testers", "routes", "timeout", "retries", "fault", "mirrors", "headers", "cors_policy")
    }
    for name, value in fields.items():
        if value:
            rule = f"needs requests that can be told apart, which {service.protocol} has not"
            yield Problem((*path, _key(name)), rule, "Remove it, or set `protocol: HTTP`")
    yield from weight_problems(service.weights or {}, (*path, "weights"))


def _key(name: str) -> str:
    """The key of a field in the stack file."""
    generator = SettingsModel.model_config.get("alias_generator")
    return generator(name) if callable(generator) else name
