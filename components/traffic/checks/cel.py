"""Whether a text is an expression in CEL: its syntax, and names that Envoy almost has.

Envoy refuses a whole listener for an expression that it cannot parse, and istiod does not look. Source: the grammar of
the language (github.com/google/cel-spec, doc/langdef.md), and Envoy's attributes
(envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes).
"""

import re
from collections.abc import Iterator

from components.settings.wording import listed, shown, suggestion

ATTRIBUTES = (
    *("request", "response", "connection", "upstream", "source", "destination", "metadata", "filter_state"),
    *("upstream_filter_state", "xds", "node", "listener_direction", "listener_metadata", "cluster_name"),
    *("cluster_metadata", "route_name", "route_metadata", "upstream_host_metadata", "plugin_name"),
)
"""The first names of Envoy's attributes, and of those that Istio's metrics have beside them."""

_FIELDS = {
    "request": (
        *("path", "url_path", "host", "scheme", "method", "headers", "referer", "useragent", "time", "id", "protocol"),
        *("query", "duration", "size", "total_size"),
    ),
    "response": (
        *("code", "code_details", "flags", "grpc_status", "headers", "trailers", "size", "total_size"),
        *("backend_latency",),
    ),
}
"""What is below the two attributes that filters are about."""

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|
    (?P<text>[rRbB]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|
    (?P<number>0x[0-9a-fA-F]+u?|(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?[uU]?)|
    (?P<name>[_a-zA-Z][_a-zA-Z0-9]*)|
    (?P<sign>\|\||&&|[=!<>]=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_BINARY = {"||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "in"}
_DEEPEST = 60
"""Brackets within brackets; Envoy's parser has a limit as well, and nobody writes as many."""
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MACROS = {"all", "exists", "exists_one", "map", "filter"}


class _NotCelError(Exception):
    """Why a text is no expression."""


def cel_fault(text: str) -> str | None:
    """Why a text is no CEL expression that Envoy knows, as the end of a sentence; None when it may well be one."""
    try:
        tokens = list(_tokens(text))
        reader = _Reader(tokens)
        reader.expression()
        if reader.next is not None:
            return f"{shown(reader.next)} is not expected there"
    except _NotCelError as fault:
        return str(fault)
    return _unknown_name(tokens)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise _NotCelError(f"it breaks off at {shown(text[position:])}")
        if found.lastgroup:
            yield found.lastgroup, found[0]
        position = found.end()


class _Reader:
    """Reads tokens by the grammar. Which operator binds stronger does not matter for whether it is an expression."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0

    @property
    def next(self) -> str | None:
        """The next token; None at the end."""
        return self._tokens[self._position][1] if self._position < len(self._tokens) else None

    def expression(self) -> None:
        """Operands between operators, and perhaps a choice by '?' and ':'."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotCelError(f"it has more than {_DEEPEST} brackets within one another")
        self._operand()
        while self.next in _BINARY:
            self._position += 1
            self._operand()
        if self._taken("?"):
            self.expression()
            self._expect(":")
            self.expression()
        self._depth -= 1

    def _operand(self) -> None:
        while self.next in ("!", "-"):
            self._position += 1
        self._primary()
        while self.next in (".", "[", "(", "{"):
            if self._taken("."):
                self._taken("?")
                self._name()
            elif self._taken("["):
                self._taken("?")
                self.expression()
                self._expect("]")
            else:
                self._list(self._take())

    def _primary(self) -> None:
        self._taken(".")
        if self.next in _CLOSING:
            opening = self._take()
            if opening == "(":
                self.expression()
                self._expect(")")
            else:
                self._list(opening)
            return
        if self.next is None:
            raise _NotCelError("it ends where a value is expected")
        if self._tokens[self._position][0] == "sign" or self.next in _BINARY:
            raise _NotCelError(f"{shown(self.next)} is where a value is expected")
        self._position += 1

    def _list(self, opening: str) -> None:
        """Values up to the closing bracket, with keys before them in a map; a comma may be the last."""
        while self.next != _CLOSING[opening]:
            self._taken("?")
            self.expression()
            if opening == "{":
                self._expect(":")
                self.expression()
            if not self._taken(","):
                break
        self._expect(_CLOSING[opening])

    def _name(self) -> None:
        if self.next is None or self._tokens[self._position][0] != "name":
            raise _NotCelError("a '.' is not followed by a name")
        self._position += 1

    def _take(self) -> str:
        self._position += 1
        return self._tokens[self._position - 1][1]

    def _taken(self, sign: str) -> bool:
        found = self.next == sign
        self._position += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._taken(sign):
            place = "the end" if self.next is None else shown(self.next)
            raise _NotCelError(f"a '{sign}' is missing before {place}")


def _unknown_name(tokens: list[tuple[str, str]]) -> str | None:
    """A name that is nearly one of Envoy's attributes; of any other name nobody can say that it is wrong."""
    words = [("sign", ""), *tokens, ("sign", ""), ("sign", "")]
    bound = {after[1] for name, sign, after in zip(words, words[1:], words[2:], strict=False) if _binds(name, sign)}
    for index, (kind, word) in enumerate(words):
        if kind != "name" or words[index - 1][1] == "." or words[index + 1][1] == "(":
            continue
        if word in bound or word in {"true", "false", "null", "in"}:
            continue
        meant = suggestion(word, ATTRIBUTES)
        if word not in ATTRIBUTES and meant:
            return f"{shown(word)} is no attribute of Envoy; it has '{meant}'"
        field = words[index + 2] if words[index + 1][1] == "." else ("", "")
        near = suggestion(field[1], _FIELDS.get(word, ()))
        if field[0] == "name" and near and field[1] not in _FIELDS[word]:
            return f"'{word}' has no {shown(field[1])}, but {listed(_FIELDS[word])}"
    return None


def _binds(name: tuple[str, str], sign: tuple[str, str]) -> bool:
    return name[1] in _MACROS and sign[1] == "("
