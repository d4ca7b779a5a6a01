"""Checks of paths in operations: exact ones, with a `*` at one end, and templates with `{*}` and `{**}`."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown

ONE, ANY = "{*}", "{**}"
_LITERAL = re.compile(r"[a-zA-Z0-9\-._~%!$&'()+,;:@=]+", re.ASCII)
_TEMPLATE_FIX = "Write '{*}' for one segment, and '{**}', once and behind those, for any number of them"


def is_template(path: str) -> bool:
    """Whether a path is a template (ContainsPathTemplate of Istio's pkg/config/security/security.go)."""
    return ONE in path or ANY in path


def path_problems(path: Node) -> Iterator[Problem]:
    """One path of an operation: Envoy reads it, and a request can have it.

    Source: CheckValidPathTemplate of Istio's pkg/config/security/security.go. What can match no request is refused by
    rules of this project: paths begin with '/', and are compared without their query (url_path of Envoy's RBAC).
    """
    text = path.text
    if not text:
        return
    if "{" in text or "}" in text:
        mistake = _template_mistake(text)
        if mistake:
            yield path.problem(f"{shown(text)} is no template: {mistake}", _TEMPLATE_FIX)
            return
    elif "*" in (text[1:] if text.startswith("*") else text[:-1]):
        yield path.problem(
            f"{shown(text)} has a '*' within it, which is compared as that letter (a rule of this project)",
            f"Write '{text[0]}{text[1:].replace('*', ONE)}' for one segment in its place"
            if text.startswith("/") and _between_slashes(text)
            else "Put it at the begin or the end, or use a template with '{*}'",
        )
        return
    if not text.startswith(("/", "*")):
        yield path.problem(
            f"{shown(text)} matches no request: paths begin with '/' (a rule of this project)", f"Write '/{text}'"
        )
    elif "?" in text or "#" in text:
        yield path.problem(
            f"{shown(text)} matches no request: the query is not compared (a rule of this project)",
            f"Write '{re.split('[?#]', text)[0]}'",
        )


def _between_slashes(text: str) -> bool:
    """Whether each '*' is a whole segment, so that a template says the same."""
    return all(one == "*" or "*" not in one for one in text.removeprefix("/").split("/"))


def _template_mistake(text: str) -> str | None:
    template, ended = is_template(text), False
    if template and not text.startswith("/"):
        return "it has to begin with '/' (a rule of this project)"
    for segment in text.strip("/").split("/"):
        if segment in (ONE, ANY):
            if ended:
                return f"'{ANY}' has to be the last of its wildcards"
            ended = segment == ANY
        elif "{" in segment or "}" in segment:
            return f"{shown(segment)} is neither '{ONE}' nor '{ANY}', which stand for whole segments"
        elif template and not _LITERAL.fullmatch(segment):
            return f"{shown(segment)} has a sign that no path has" if segment else "it has an empty segment"
    return None
