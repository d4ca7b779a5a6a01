"""Paths as Envoy sees them, and as rewrites change them."""

import re
from dataclasses import dataclass

from components.traffic.simulation.regex import substituted

_MERGING = {"MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"}
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")


@dataclass(frozen=True, kw_only=True)
class PathAndQuery:
    """The two parts of a path as it is sent."""

    path: str
    query: str
    """With its question mark; empty when there is none."""

    @staticmethod
    def of(sent: str) -> "PathAndQuery":
        """The parts; a fragment is none of them."""
        path, mark, query = sent.partition("#")[0].partition("?")
        return PathAndQuery(path=path, query=mark + query)

    def __str__(self) -> str:
        return self.path + self.query


def normalized(sent: str, normalization: str = "DEFAULT") -> str:
    """The path after meshConfig.pathNormalization, before any route is looked at.

    DEFAULT is BASE: dots and backslashes are resolved, and what need not be escaped is not. Source:
    istio.io/latest/docs/reference/config/istio.mesh.v1alpha1, MeshConfig.ProxyPathNormalization.
    """
    if normalization == "NONE":
        return sent
    parts = PathAndQuery.of(sent)
    path = parts.path
    if normalization == "DECODE_AND_MERGE_SLASHES":
        path = re.sub("%2[fF]", "/", re.sub("%5[cC]", "/", path))
    path = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), path).replace("\\", "/")
    path = _without_dots(path)
    if normalization in _MERGING:
        path = re.sub("/{2,}", "/", path)
    return path + parts.query


def _without_dots(path: str) -> str:
    """The path without '.' and '..' (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
            continue
        if last:
            kept.append("")
    return "/" + "/".join(kept)


def under(path: str, prefix: str) -> bool:
    """Whether a path is `prefix` or goes on behind it with a '/' (path_separated_prefix of Envoy's RouteMatch)."""
    return path == prefix or path.startswith(f"{prefix}/")


def prefix_rewritten(sent: str, matched: int, replacement: str) -> str:
    """The path with its first `matched` characters replaced; the query stays (prefix_rewrite of RouteAction)."""
    return replacement + sent[matched:]


def regex_rewritten(sent: str, pattern: str, replacement: str) -> str:
    """The path with the matches of an expression replaced; the query stays (regex_rewrite of RouteAction).

    Raises:
        UnknownRegexError: the expression cannot be run here.
    """
    parts = PathAndQuery.of(sent)
    return substituted(pattern, replacement, parts.path) + parts.query
