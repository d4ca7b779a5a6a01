"""Matches of rules as HTTPMatchRequests of Istio's VirtualService."""

from components.services.intersection import plain_path, segments
from components.services.matching import HeaderMatch, PathMatch, RouteMatch, TextMatch


def match_requests(match: RouteMatch) -> list[dict[str, object]]:
    """A match as HTTPMatchRequests: whole segments of a path are the path itself, or what follows it and a '/'."""
    rest: dict[str, object] = {
        "method": {"exact": match.method.value} if match.method else None,
        "headers": {
            **{name.lower(): _header(one) for name, one in match.headers.items()},
            **{claim_header(name): text_match(one) for name, one in match.claims.items()},
        },
        "withoutHeaders": {name.lower(): _header(one) for name, one in match.without_headers.items()},
        "queryParams": {name: text_match(one) for name, one in match.query_params.items()},
        "authority": text_match(match.authority) if match.authority else None,
        "sourceLabels": dict(match.source_labels),
        "sourceNamespace": match.source_namespace,
    }
    given = {key: value for key, value in rest.items() if value not in (None, {})}
    fold: dict[str, object] = {"ignoreUriCase": True} if match.ignore_uri_case else {}
    return [({"uri": uri, **fold} if uri else {}) | given for uri in _uris(match.path)]


def claim_path(name: str) -> list[str]:
    """The claims that lead to the one of a name: 'a.b' is b within a; a name with '/' is an address, dots included."""
    return [name] if "/" in name else name.split(".")


def claim_header(name: str) -> str:
    """What stands for a claim among the headers of a match.

    Source: istio.io/latest/docs/tasks/security/authentication/jwt-route, and ToRoutingClaim in pkg/jwt/routing.go.
    """
    return "@request.auth.claims" + "".join(f"[{part}]" for part in claim_path(name))


def _uris(path: PathMatch | None) -> list[dict[str, str]]:
    path = plain_path(path)
    if path is None:
        return [{}]
    if path.prefix is not None:
        stem = segments(path.prefix)
        return [{"exact": stem}, {"prefix": f"{stem}/"}]
    return [{"exact": path.exact}] if path.exact is not None else [{"regex": path.regex or ""}]


def text_match(match: TextMatch) -> dict[str, str]:
    """A text as Istio's StringMatch."""
    return {key: value for key, value in match.model_dump().items() if value is not None}


def _header(match: HeaderMatch) -> dict[str, str]:
    # Istio takes an empty match for "the header is there" (HTTPMatchRequest.headers).
    return {} if match.present else {k: v for k, v in match.model_dump(exclude={"present"}).items() if v is not None}
