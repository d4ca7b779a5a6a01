"""Checks of single values that many kinds have: durations, percentages, ports, hosts, labels, headers, visibility.

Source: the files of pkg/config/validation that each check names.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.durations import duration_problems
from components.traffic.checks.regex import LONGEST_REGEX, regex_mistake

__all__ = [
    "duration_problems",
    "export_to_problems",
    "header_name_problems",
    "host_problems",
    "is_address",
    "is_dns_label",
    "is_header_name",
    "labels_problems",
    "percent_problems",
    "port_problems",
    "regex_problems",
]

_LABEL = r"[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_DNS_LABEL = re.compile(_LABEL)
_WILDCARD_LABEL = re.compile(rf"\*|(?:\*-?)?{_LABEL}")
_QUALIFIED = r"(?:[A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]"
_LABEL_KEY = re.compile(rf"(?:(?=[^/]{{1,253}}/){_LABEL}(?:\.{_LABEL})*/)?{_QUALIFIED}")
_LABEL_VALUE = re.compile(rf"(?:{_QUALIFIED})?")
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~A-Za-z0-9]+")
_LONGEST_HOST = 255
_HIGHEST_PORT = 65535


def percent_problems(node: Node) -> Iterator[Problem]:
    """A Percent message, `{value: x}`: 0, or from 0.0001 to 100.

    Source: validatePercentage in pkg/config/validation/validation.go; 0.0001 is the finest that Envoy counts.
    """
    value = node.at("value").number
    if value is None or value == 0 or 0.0001 <= value <= 100:
        return
    yield node.at("value").problem(
        f"{shown(value)} is neither 0 nor from 0.0001 to 100", "Set a percentage, for example 12.5"
    )


def port_problems(node: Node) -> Iterator[Problem]:
    """A port: 1 to 65535. Source: ValidatePort in pkg/config/validation/agent/validation.go."""
    number = node.whole
    if number is not None and not 1 <= number <= _HIGHEST_PORT:
        yield node.problem(f"{number} is no port", "Set one from 1 to 65535")


def is_dns_label(text: str) -> bool:
    """Whether Istio takes a text for one label of a DNS name (IsDNS1123Label in pkg/config/labels/instance.go)."""
    return _DNS_LABEL.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def host_problems(
    node: Node, *, wildcard: bool = False, everything: bool = False, address: bool = False
) -> Iterator[Problem]:
    """A DNS name, short or complete: with `wildcard` also `*.x`, with `everything` also `*`, with `address` also an IP.

    Source: ValidateFQDN and ValidateWildcardDomain in pkg/config/validation/agent/validation.go.
    """
    text = node.text
    if text is None or (address and is_address(text)):
        return
    if text == "*":
        if not everything:
            yield node.problem("'*' would be every host, which is not possible here", "Name the host")
        return
    mistake = _host_mistake(text, wildcard=wildcard)
    if mistake:
        yield node.problem(f"{shown(text)} is no host: {mistake}", "For example: 'shop.example.com'")


def _host_mistake(text: str, *, wildcard: bool) -> str | None:
    """Why a text is no host; None when it is one."""
    if not text:
        return "it is empty"
    if len(text) > _LONGEST_HOST:
        return f"it has more than {_LONGEST_HOST} characters"
    first, *others = text.split(".")
    if any("*" in label for label in others) or ("*" in first and not wildcard):
        return "a '*' can only begin it" if wildcard else "a '*' is not possible here"
    if others and others[-1] == "":
        others.pop()  # A complete name may end with a dot, to say that it is complete.
    elif (others or (first,))[-1].isdecimal() and not (wildcard and not others):
        return "its last label cannot be a number"
    if not _WILDCARD_LABEL.fullmatch(first):
        return f"{shown(first)} is no label of a DNS name"
    wrong = next((label for label in others if not is_dns_label(label)), None)
    return None if wrong is None else f"{shown(wrong)} is no label of a DNS name"


def regex_problems(node: Node) -> Iterator[Problem]:
    """A regular expression of RE2 with 1 to 1024 characters.

    Source: validateStringRegexp in pkg/config/validation/validation.go.
    """
    text = node.text
    if text is None:
        return
    mistake = regex_mistake(text)
    if not text:
        yield node.problem("an empty regular expression is refused by Istio", "Write one, or remove the condition")
    elif len(text.encode()) > LONGEST_REGEX:
        yield node.problem(
            f"a regular expression of {len(text.encode())} characters is too long", f"Use {LONGEST_REGEX} at most"
        )
    elif mistake:
        yield node.problem(f"{shown(text)} is no regular expression of RE2: {mistake}", "Write it in RE2's syntax")


def header_name_problems(name: str, node: Node, *, authority: bool = False) -> Iterator[Problem]:
    """The name of a header to set, add or remove: legal, no pseudo header, and not Host.

    With `authority`, Host and `:authority` are possible: those of a request may be set. That the characters are those
    of RFC 9110 is a rule of this project; Envoy refuses others. Source: ValidateHTTPHeaderOperationName and
    ValidateHTTPHeaderWithAuthorityOperationName in pkg/config/validation/validation.go.
    """
    lower = name.lower()
    if authority and lower in {"host", ":authority"}:
        return
    if lower == "host":
        yield node.problem("the header 'Host' cannot be changed here", "Use 'rewrite.authority'")
    elif name.startswith(":"):
        yield node.problem(f"{shown(name)} is a pseudo header, which cannot be changed", "Remove it")
    elif not is_header_name(name):
        yield node.problem(
            f"{shown(name)} is no name of a header: letters, digits and !#$%&'*+-.^_`|~ (a rule of this project)",
            "For example: 'x-request-id'",
        )


def is_header_name(name: str) -> bool:
    """Whether a text can be the name of a header (RFC 9110, 5.1)."""
    return _HEADER_NAME.fullmatch(name) is not None


def labels_problems(node: Node) -> Iterator[Problem]:
    """Labels, as of workloads: keys and values that Kubernetes accepts.

    Source: Instance.Validate in pkg/config/labels/instance.go.
    """
    for key, value in node.entries:
        if not _LABEL_KEY.fullmatch(key):
            yield value.problem(
                f"{shown(key)} is no label key: an optional DNS prefix and '/', then at most 63 letters, digits, '-', "
                "'_' and '.'",
                "For example: 'app'",
            )
        text = value.text
        if text is not None and not _LABEL_VALUE.fullmatch(text):
            yield value.problem(
                f"{shown(text)} is no label value: at most 63 letters, digits, '-', '_' and '.'",
                "For example: 'v1'",
            )


def export_to_problems(node: Node, *, namespace: str | None = None, nobody: bool = True) -> Iterator[Problem]:
    """Namespaces to which a resource is visible: `.`, `*`, `~` or names, each once, `*` and `~` alone.

    `~` is for ServiceEntry only, elsewhere `nobody` is False. With `namespace`, the resource's own, `.` and its name
    are the same entry. Source: validateExportTo in pkg/config/validation/validation.go.
    """
    seen: dict[str, str] = {}
    entries = [(one, one.text) for one in node if one.text is not None]
    for one, text in entries:
        key = namespace if text == "." and namespace else text
        if key in seen:
            same = f"'{seen[key]}' and '{text}' are the same namespace"
            yield one.problem(f"'{text}' is given twice" if seen[key] == text else same, "Give each namespace once")
        elif text == "~" and not nobody:
            yield one.problem("'~' is for a ServiceEntry only", "Use '.' for the resource's own namespace")
        elif text not in {".", "*", "~"} and not is_dns_label(text):
            yield one.problem(f"{shown(text)} is neither a namespace nor '.' or '*'", "For example: 'shop'")
        seen.setdefault(key, text)
    alone = next((one for one, text in entries if text == "*" or (text == "~" and nobody)), None)
    if alone and len(entries) > 1:
        yield alone.problem(
            f"'{alone.text}' cannot stand beside other entries", f"Keep '{alone.text}' alone, or remove it"
        )
