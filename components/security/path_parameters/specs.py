"""The EnvoyFilter by which every proxy of the mesh refuses paths that lead elsewhere behind a ';'."""

import re
from collections.abc import Iterator

from components.security.path_parameters.settings import PathParameters
from components.services.documents import Derived, document
from components.settings.mesh import MeshSettings

NAME = "refuse-path-traversal"
# A segment of nothing, of '.' or of '..' before its ';', with the spellings that Envoy may have left: which it decodes
# depends on meshConfig.pathNormalization. In the syntax that RE2, which Envoy uses, shares with Python.
_TRAVERSAL = r".*(/|\\|%2[fF]|%5[cC])(\.|%2[eE]){0,2}(;|%3[bB]).*"
_REASON = "No AuthorizationPolicy can say it: its paths have no regular expressions"
_RBAC = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"


def is_traversal(path: str) -> bool:
    """Whether a path, without its query, has a segment that is nothing, '.' or '..' but for a path parameter.

    Servers that drop parameters (Tomcat, Jetty) resolve such a segment, while Envoy compares it as it is: to them
    '/files/..;/admin' is '/admin'. Other parameters, as in '/cart;jsessionid=1', are none. Source: RFC 3986, 3.3 and
    5.2.4, and the request mappings of Jakarta Servlet 6.0, 3.5.2.
    """
    return re.fullmatch(_TRAVERSAL, path) is not None


def path_parameter_filters(settings: MeshSettings) -> Iterator[Derived]:
    """The EnvoyFilter in the root namespace, so for every sidecar and gateway; none where `pathParameters` says KEEP.

    It comes before every other HTTP filter, so that neither an external authorizer nor the check of tokens is asked
    about such a path. Waypoints take no EnvoyFilter of the root namespace. Source:
    istio.io/latest/docs/reference/config/networking/envoy-filter.
    """
    if settings.path_parameters is PathParameters.KEEP:
        return
    root, annotations = settings.control_plane.namespace, {"istio-mesh/accept-envoy-filter": _REASON}
    written = document("EnvoyFilter", NAME, root, {"configPatches": _patches()}, annotations)
    yield Derived(manifest=written, origin=("pathParameters",))


def _patches() -> list[dict[str, object]]:
    connection_manager = {"filter": {"name": "envoy.filters.network.http_connection_manager"}}
    return [
        {
            "applyTo": "HTTP_FILTER",
            "match": {"context": context, "listener": {"filterChain": connection_manager}},
            "patch": {"operation": "INSERT_FIRST", "value": _filter()},
        }
        for context in ("SIDECAR_INBOUND", "GATEWAY")
    ]


def _filter() -> dict[str, object]:
    """Envoy's own RBAC filter, whose `url_path` is the path without query and fragment (config.rbac.v3)."""
    traversal = {"url_path": {"path": {"safe_regex": {"regex": _TRAVERSAL}}}}
    policy = {"permissions": [traversal], "principals": [{"any": True}]}
    return {
        "name": f"istio-mesh.{NAME}",
        "typed_config": {"@type": _RBAC, "rules": {"action": "DENY", "policies": {NAME: policy}}},
    }
