"""Whether a regular expression is one of RE2, by which Istio and Envoy read it, without RE2 itself.

The syntax is that of https://github.com/google/re2/wiki/Syntax. What RE2 lacks is refused by name; the rest is turned
into what Python's `re` reads, which then finds what remains: parentheses, brackets and repetitions that do not fit.
"""

import re
import sys
import warnings

LONGEST_REGEX = 1024
"""Characters that Istio accepts (validateStringRegexp in pkg/config/validation/validation.go)."""

_MOST_REPETITIONS = 1000

_TOKEN = re.compile(
    r"""
      (?P<quoted>\\Q(?P<literal>.*?)(?:\\E|\Z))
    | (?P<escape>\\(?:x\{[0-9A-Fa-f]{1,6}\}|x[0-9A-Fa-f]{2}|[pP]\{\^?\w+\}|[pP]\w|0[0-7]{0,2}|[1-7][0-7]{1,2}|.|\Z))
    | (?P<class>\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\])
    | (?P<flags>\(\?(?P<set>[imsU]*(?:-[imsU]+)?)(?P<end>[):]))
    | (?P<named>\(\?P?<(?P<name>\w+)>)
    | (?P<special>\(\?(?:<=|<!|P=|P>|[=!>#(]|.|\Z))
    | (?P<repeat>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\}))(?P<mode>[+?*]?)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = re.compile(r"\\(?:[afnrtvdDsSwWbBAz]|x[0-9A-Fa-f{]|[pP].|0|[1-7][0-7]|[^\w]|_)", re.DOTALL | re.ASCII)
_IN_CLASS = re.compile(r"\[:\^?[a-z]+:\]|\\(?:x\{[0-9A-Fa-f]+\}|[pP]\{\^?\w+\}|[pP]\w|[0-7]{1,3}|.)|[\[&|~]", re.DOTALL)
_LACKING = {
    "(?=": "it has no lookahead, '(?='",
    "(?!": "it has no lookahead, '(?!'",
    "(?<=": "it has no lookbehind, '(?<='",
    "(?<!": "it has no lookbehind, '(?<!'",
    "(?>": "it has no atomic groups, '(?>'",
    "(?P=": "it has no backreferences, '(?P='",
    "(?#": "it has no comments, '(?#'",
}


def regex_mistake(text: str) -> str | None:
    """Why a text is no regular expression of RE2; None when it is one, as far as can be told.

    In doubt it is one: what only RE2's own limits refuse, such as a program that grows too large, is not noticed.
    """
    plain: list[str] = []
    for found in _TOKEN.finditer(text):
        mistake = _lacking(found)
        if mistake:
            return mistake
        plain.append(_for_python(found))
    try:
        with warnings.catch_warnings():
            # Python warns of signs in a class that may mean something else one day; RE2 knows no such meaning.
            warnings.simplefilter("ignore")
            re.compile("".join(plain))
    except (re.error, OverflowError) as error:
        return str(error.msg) if isinstance(error, re.error) else str(error)
    return None


def _lacking(found: re.Match[str]) -> str | None:
    """What RE2 lacks of a token that other syntaxes have."""
    if found["special"] is not None:
        return _LACKING.get(found["special"], f"it does not know {found['special']!r}")
    if found["escape"] is not None and not _ESCAPES.match(found["escape"]):
        return f"it does not know '{found['escape']}'"
    if found["repeat"] is not None:
        if found["mode"] in {"+", "*"}:
            return f"'{found['repeat']}{found['mode']}' repeats a repetition"
        if any(int(count) > _MOST_REPETITIONS for count in re.findall("[0-9]+", found["repeat"])):
            return f"'{found['repeat']}' repeats more than {_MOST_REPETITIONS} times"
    return None


def _for_python(found: re.Match[str]) -> str:
    """A token as Python writes one that stands at the same place."""
    if found["quoted"] is not None:
        return re.escape(found["literal"])
    if found["escape"] is not None:
        # An assertion may be repeated in RE2, a letter may be repeated in both.
        return "(?:)" if found["escape"] in {r"\b", r"\B", r"\A", r"\z"} else "x"
    if found["class"] is not None:
        return "[" + _IN_CLASS.sub(_member, found["class"][1:])
    if found["flags"] is not None:
        return "(?:" if found["end"] == ":" else "(?:)"
    if found["named"] is not None:
        return "("
    return "(?:)" if found["other"] in {"^", "$"} else found[0]


def _member(found: re.Match[str]) -> str:
    """A member of a class that Python reads: names of classes and escapes as one sign, others escaped."""
    token = found[0]
    if token.startswith("[:") or token[:2] in {r"\p", r"\P"}:
        return r"\d"
    if token.startswith(r"\x{"):
        return f"\\U{min(int(token[3:-1], 16), sys.maxunicode):08x}"
    return token if token.startswith("\\") else f"\\{token}"
