"""The code of each kind of mistake: stable, so that it can be searched for. errors.yaml says what each one means."""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """A number is never given to another kind of mistake, also when the first one is gone."""

    FILE_MISSING = "MESH-001"
    NOT_YAML = "MESH-002"
    REPEATED_KEY = "MESH-003"
    NO_MESH = "MESH-004"
    ENCRYPTED_SECRET = "MESH-005"  # noqa: S105 - a code
    SECRET_IN_CLEAR = "MESH-006"  # noqa: S105 - a code
    UNKNOWN_KEY = "MESH-101"
    MISSING_KEY = "MESH-102"
    WRONG_TYPE = "MESH-103"
    NOT_ONE_OF = "MESH-104"
    WRONG_FORM = "MESH-105"
    OUT_OF_RANGE = "MESH-106"
    WRONG_LENGTH = "MESH-107"
    REFUSED = "MESH-108"
    CONTRADICTION = "MESH-200"
    ISTIO = "MESH-201"
    CLUSTER = "MESH-202"
    NAMESPACES = "MESH-203"
    CONTROL_PLANE = "MESH-204"
    MTLS = "MESH-205"
    GATEWAYS = "MESH-206"
    SAMPLES = "MESH-207"
    MESH_CONFIG = "MESH-208"
    PROXY = "MESH-209"
    TLS = "MESH-210"
    CERTIFICATE_AUTHORITY = "MESH-211"
    RESOURCES = "MESH-212"
    SERVICES = "MESH-213"
    AUTHORIZATION = "MESH-214"
    JWT = "MESH-215"
    NETWORK_POLICIES = "MESH-216"
    ROLES = "MESH-217"
    ADDONS = "MESH-218"
    TELEMETRY = "MESH-219"
    ALERTS = "MESH-220"
    DASHBOARDS = "MESH-221"
    PRODUCTION = "MESH-301"
    KUBECONFIG_MISSING = "MESH-401"
    KUBECONFIG_UNUSABLE = "MESH-402"
    CONTEXT_UNKNOWN = "MESH-403"
    CLUSTER_UNREACHABLE = "MESH-404"
    KUBERNETES_TOO_OLD = "MESH-405"
    CHARTS_MISSING = "MESH-406"
    CHARTS_UNREACHABLE = "MESH-407"
    CHARTS_NOT_LOCKED = "MESH-408"


SECTIONS: Mapping[str, Code] = {
    "istio": Code.ISTIO,
    "cluster": Code.CLUSTER,
    "namespaces": Code.NAMESPACES,
    "controlPlane": Code.CONTROL_PLANE,
    "mtls": Code.MTLS,
    "authorization": Code.AUTHORIZATION,
    "jwt": Code.JWT,
    "networkPolicies": Code.NETWORK_POLICIES,
    "roles": Code.ROLES,
    "gateways": Code.GATEWAYS,
    "services": Code.SERVICES,
    "externals": Code.SERVICES,
    "resources": Code.RESOURCES,
    "alerts": Code.ALERTS,
    "addons": Code.ADDONS,
    "telemetry": Code.TELEMETRY,
    "dashboards": Code.DASHBOARDS,
    "samples": Code.SAMPLES,
    "meshConfig": Code.MESH_CONFIG,
    "proxy": Code.PROXY,
    "tls": Code.TLS,
    "certificateAuthority": Code.CERTIFICATE_AUTHORITY,
}
"""By key of the stack file: the code of a contradiction that is found there and has no code of its own."""


def section_code(path: tuple[str | int, ...]) -> Code:
    """The code for a contradiction at `path` below `mesh`."""
    return SECTIONS.get(str(path[0]), Code.CONTRADICTION) if path else Code.CONTRADICTION


def coded(message: str, code: Code) -> str:
    """A message with its code, as every message to the user ends."""
    return f"{message} [{code}]"
