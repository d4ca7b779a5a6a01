"""Whether an earlier match takes every request of a later one, so that the later one is never reached.

Sound, not complete: what is said to be covered is covered; regular expressions are only compared as texts. How a match
is understood follows TranslateRouteMatch, TranslateRoute and sourceMatchHTTP in
pilot/pkg/networking/core/route/route.go. Istio's own analysis (IST0130, IST0131; analyzeUnreachableHTTPRules in
pkg/config/validation/validation.go) takes equal matches, and prefixes in the same words.
"""

from components.kinds.node import Node

_WORDS = ("exact", "prefix", "regex")
_PRESENT = ("present", "")
"""A condition without a word, which only asks that there is a value (canBeConvertedToPresentMatch)."""
_PSEUDO = ("method", "authority", "scheme")
_CLAIMS = "@"
"""Begins the name of a header that is a claim of a token and not a header."""
_EVERY_PATH = (("prefix", ""), ("prefix", "/"), ("regex", ".*"))

Condition = tuple[str, str]
"""The word of a StringMatch and its text."""
Wanted = tuple[str, str, Condition]
"""Header or query parameter, its name, and what its value has to be."""


def covers(earlier: Node, later: Node) -> bool:
    """Whether every request that the HTTPMatchRequest `later` accepts is accepted by `earlier` as well.

    A match that is absent or empty accepts every request.
    """
    return (
        source_covers(earlier, later)
        and _port_covers(earlier, later)
        and _path_covers(earlier, later)
        and _wanted_covers(_wanted(earlier), _wanted(later))
        and _without(earlier) <= _without(later)
    )


def l4_covers(earlier: Node, later: Node) -> bool:
    """Whether the L4MatchAttributes or TLSMatchAttributes `later` only accept connections that `earlier` accepts first.

    Envoy picks among filter chains by the most specific name and subnet and not by their order, so these have to be
    the same ones (pilot/pkg/networking/core/tls.go).
    """
    hosts = set(later.at("sniHosts").texts)
    return (
        source_covers(earlier, later)
        and _port_covers(earlier, later)
        and hosts <= set(earlier.at("sniHosts").texts)
        and bool(hosts) == bool(earlier.at("sniHosts").texts)
        and set(earlier.at("destinationSubnets").texts) == set(later.at("destinationSubnets").texts)
        and earlier.at("sourceSubnet").value == later.at("sourceSubnet").value
    )


def source_covers(earlier: Node, later: Node) -> bool:
    """Whether each proxy that gets the match `later` gets `earlier` too, by gateways, labels and namespace.

    Where gateways are named, labels and namespace of the source have no effect (sourceMatchHTTP).
    """
    gateways, others = set(earlier.at("gateways").texts), set(later.at("gateways").texts)
    if gateways:
        return bool(others) and others <= gateways
    labels, namespace = _labels(earlier), earlier.at("sourceNamespace").text or ""
    if others:
        return not labels and not namespace
    same_namespace = not namespace or namespace == later.at("sourceNamespace").text
    return same_namespace and labels.items() <= _labels(later).items()


def _labels(match: Node) -> dict[str, object]:
    return {key: value.value for key, value in match.at("sourceLabels").entries}


def _port_covers(earlier: Node, later: Node) -> bool:
    port = earlier.at("port").whole
    return not port or port == later.at("port").whole


def _path_covers(earlier: Node, later: Node) -> bool:
    ours, theirs = condition_of(earlier.at("uri")), condition_of(later.at("uri"))
    if ours == _PRESENT or ours in _EVERY_PATH:
        return True
    if "regex" in (ours[0], theirs[0]):
        return ours == theirs
    if earlier.at("ignoreUriCase").flag:
        return _implied(_folded(ours), _folded(theirs))
    if later.at("ignoreUriCase").flag and _has_case(ours[1]):
        return False  # The later one accepts the path in another case as well.
    return _implied(ours, theirs)


def _folded(condition: Condition) -> Condition:
    """A condition without case; only ASCII letters have one here, as in Envoy."""
    return condition[0], condition[1].encode().lower().decode()


def _has_case(text: str) -> bool:
    return text.encode().lower() != text.encode().upper()


def _implied(ours: Condition, theirs: Condition) -> bool:
    """Whether a value that fulfils `theirs` fulfils `ours`."""
    match ours[0]:
        case "prefix":
            return theirs[0] in {"exact", "prefix"} and theirs[1].startswith(ours[1])
        case "present":
            return True
        case _:
            return ours == theirs


def _wanted(match: Node) -> set[Wanted]:
    """What a match asks of headers and query parameters; method, authority and scheme are headers, as in Envoy."""
    return (
        {("header", _header(name), condition_of(one)) for name, one in match.at("headers").entries}
        | {("header", f":{field}", condition_of(match.at(field))) for field in _PSEUDO if match.has(field)}
        | {("query", name, condition_of(one)) for name, one in match.at("queryParams").entries}
    )


def _wanted_covers(earlier: set[Wanted], later: set[Wanted]) -> bool:
    """Whether each thing that `earlier` asks for follows from one that `later` asks for."""
    return all(
        ours in later
        or (
            # What presence means for a claim is not said anywhere.
            not (ours[1].startswith(_CLAIMS) and ours[2] == _PRESENT)
            and any(ours[:2] == theirs[:2] and _implied(ours[2], theirs[2]) for theirs in later)
        )
        for ours in earlier
    )


def _without(match: Node) -> set[Wanted]:
    """What a match asks headers not to be."""
    return {("header", _header(name), condition_of(one)) for name, one in match.at("withoutHeaders").entries}


def _header(name: str) -> str:
    """The name by which Envoy compares a header: in lower case, unless it is a claim."""
    return name if name.startswith(_CLAIMS) else name.lower()


def condition_of(match: Node) -> Condition:
    """Word and text of a StringMatch; without one, or with the regex `*`, it only asks that there is a value."""
    for word in _WORDS:
        text = match.at(word).text
        if text is not None:
            return _PRESENT if (word, text) == ("regex", "*") else (word, text)
    return _PRESENT
