"""Regular expressions of RE2, by which Envoy compares texts, run by Python's `re`.

The syntax is that of https://github.com/google/re2/wiki/Syntax. Both take the leftmost match and prefer the first
alternative; what differs is written anew here.
"""

import re
from functools import cache

_TOKEN = re.compile(
    r"""
      \\Q(?P<literal>.*?)(?:\\E|\Z)
    | (?P<end>\\z|\$)
    | \\x\{(?P<hex>[0-9A-Fa-f]{1,6})\}
    | (?P<escape>\\.)
    | (?P<class>\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\])
    | \(\?(?P<flags>[ims]+)\)
    | (?P<named>\(\?<)(?![=!])
    | (?P<bar>\|)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMED_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\t\n\v\f\r ",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
    "punct": r"!-/:-@\[-`{-~",
}
_NAMED_CLASS = re.compile(r"\[:([a-z]+):\]")


class UnknownRegexError(ValueError):
    """An expression that RE2 reads, but that cannot be run here."""


def full_match(pattern: str, text: str) -> bool:
    """Whether an expression describes the whole of a text.

    Raises:
        UnknownRegexError: the expression cannot be run here.
    """
    return compiled(pattern).fullmatch(text) is not None


def substituted(pattern: str, replacement: str, text: str) -> str:
    r"""The text with every match replaced; `\1` stands for a group.

    As in RE2's GlobalReplace, an empty match right behind another one does not count.

    Raises:
        UnknownRegexError: the expression cannot be run here.
    """
    done, last = "", 0
    previous = -1
    for found in compiled(pattern).finditer(text):
        if found.start() == found.end() == previous:
            continue
        done += text[last : found.start()] + _expanded(replacement, found)
        last = previous = found.end()
    return done + text[last:]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression for Python.

    Raises:
        UnknownRegexError: it cannot be written for Python.
    """
    parts: list[str] = []
    scoped: list[list[str]] = [[]]  # What flags opened in each group that is open: it ends with the group.
    for found in _TOKEN.finditer(pattern):
        kind = found.lastgroup
        if kind == "flags":
            parts.append(f"(?{found['flags']}:")
            scoped[-1].append(parts[-1])
        elif kind == "bar":
            # Flags go on behind the bar, and alternatives do not end where flags begin.
            parts.append(")" * len(scoped[-1]) + "|" + "".join(scoped[-1]))
        elif kind == "open":
            parts.append("(")
            scoped.append([])
        elif kind == "named":
            parts.append("(?P<")
            scoped.append([])
        elif kind == "close":
            parts.append(")" * (len(scoped.pop()) + 1) if len(scoped) > 1 else ")")
        else:
            parts.append(_plain(found))
    try:
        return re.compile("".join(parts) + ")" * len(scoped[0]), re.ASCII)
    except (re.error, OverflowError):
        raise UnknownRegexError(pattern) from None


def _plain(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "literal":
            return re.escape(found["literal"])
        case "end":
            return r"\Z"
        case "hex":
            return re.escape(chr(int(found["hex"], 16)))
        case "class":
            return _NAMED_CLASS.sub(lambda name: _NAMED_CLASSES.get(name[1], name[0]), found["class"])
        case _:
            return found[0]


def _expanded(replacement: str, found: re.Match[str]) -> str:
    """RE2 knows the groups 0 to 9 and the backslash itself."""
    return re.sub(
        r"\\(.)",
        lambda sign: (found[int(sign[1])] or "") if sign[1].isdigit() else sign[1],
        replacement,
        flags=re.DOTALL,
    )
