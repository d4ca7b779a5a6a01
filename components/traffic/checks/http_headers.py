"""Checks of what a route does to headers.

Source: validateHTTPRoute and validateAuthorityRewrite in pkg/config/validation/virtualservice.go,
ValidateHTTPHeaderValue in validation.go, and header_value_validator.go there.
"""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.values import header_name_problems

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_VALUE = re.compile(r"(?:[^%]|%%|%[^%(][^%(]*%|%[^%(]*\((?:\\.|[^)\\])*\) *%)*", re.DOTALL)
"""Text, `%%` for a percent sign, and `%COMMAND%` or `%COMMAND(arguments)%` of Envoy."""
_AUTHORITY = ("host", ":authority")


def headers_problems(headers: Node) -> Iterator[Problem]:
    """A Headers message of a route or of one of its destinations: names and values that Envoy takes."""
    for side in ("request", "response"):
        operations = headers.at(side)
        for verb in ("set", "add"):
            for name, value in operations.at(verb).entries:
                yield from header_name_problems(name, value, authority=side == "request")
                yield from header_value_problems(value)
        for one in operations.at("remove"):
            if one.text is not None:
                yield from header_name_problems(one.text, one)


def header_value_problems(value: Node) -> Iterator[Problem]:
    """The value of a header that Envoy sets; it is not shown, because it may be a credential."""
    text = value.text or ""
    if _CONTROL.search(text):
        yield value.problem("the value has a control character, such as a line break", "Write it on one line")
    elif not _VALUE.fullmatch(text):
        yield value.problem(
            "the value has a '%' that begins no command of Envoy, such as %REQ(x-id)%", "Write '%%' for a percent sign"
        )


def authority_problems(route: Node) -> Iterator[Problem]:
    """The authority is rewritten in one place only, of `rewrite.authority`, `headers.request.set` and `.add`."""
    request = route.at("headers", "request")
    places = [route.at("rewrite", "authority")] if route.at("rewrite", "authority").text else []
    for verb in ("set", "add"):
        places += [one for name, one in request.at(verb).entries if name.lower() in _AUTHORITY]
    for again in places[1:]:
        yield again.problem("the authority is set in two places", "Keep one, best 'rewrite.authority'")
