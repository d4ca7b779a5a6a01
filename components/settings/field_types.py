"""Named types of the stack file: one pattern each, which validates, documents itself and explains a refusal."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True, kw_only=True)
class TextRule:
    """What a text has to look like, for the machine (pattern) and for people (rule, example)."""

    pattern: str
    rule: str
    example: str


_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"

DNS_LABEL = TextRule(
    pattern=f"^{_LABEL}$",
    rule="is not a name that Kubernetes accepts: lower-case letters, digits and '-', at most 63",
    example="istio-ingress",
)
RELEASE_NAME = TextRule(
    # Helm allows 53 characters, a Service has to begin with a letter (RFC 1035): the name is used for both.
    pattern="^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$",
    rule="is not a name for a Helm release and its Service: a lower-case letter, then lower-case letters, digits "
    "and '-', at most 53 together",
    example="ingressgateway",
)
CHART_VERSION = TextRule(
    pattern="^[0-9]+[.][0-9]+[.][0-9]+$",
    rule="is not a full version (major.minor.patch); ranges, 'latest' and a missing patch would change the mesh "
    "without a change of this file",
    example="1.30.3",
)
HOST = TextRule(
    pattern=rf"^([*]|([*][.])?{_LABEL}([.]{_LABEL})*)$",
    rule="is not a host: a lower-case DNS name, a name that begins with '*.', or '*' for all",
    example="shop.example.com",
)
HTTP_URL = TextRule(
    pattern=r"^https?://[^\s/]+(/\S*)?$",
    rule="is not the address of a Helm repository: http:// or https://, then a host",
    example="https://istio-release.storage.googleapis.com/charts",
)
OCI_URL = TextRule(
    pattern=r"^oci://[^\s/]+(/\S*)?$",
    rule="is not an OCI registry path: oci://, then a host",
    example="oci://registry.example.com/istio",
)
CPU = TextRule(
    pattern="^([0-9]+m|[0-9]+([.][0-9]{1,3})?)$",
    rule="is not an amount of CPU: cores, or thousandths of a core with 'm'",
    example="500m",
)
MEMORY = TextRule(
    pattern="^[0-9]+(Ki|Mi|Gi|Ti|k|M|G|T)$",
    rule="is not an amount of memory: a whole number with a unit (Ki, Mi, Gi, Ti, k, M, G or T)",
    example="512Mi",
)
LABEL_KEY = TextRule(
    pattern="^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
    rule="is not a label key: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'",
    example="example.com/team",
)
LABEL_VALUE = TextRule(
    pattern="^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
    rule="is not a label value: at most 63 letters, digits, '-', '_' and '.'",
    example="payments",
)
TEXT = TextRule(pattern=r"^[^\x00-\x1f]+$", rule="is not one line of text", example="~/.kube/config")

RULES: dict[str, TextRule] = {
    rule.pattern: rule
    for rule in (
        DNS_LABEL,
        RELEASE_NAME,
        CHART_VERSION,
        HOST,
        HTTP_URL,
        OCI_URL,
        CPU,
        MEMORY,
        LABEL_KEY,
        LABEL_VALUE,
        TEXT,
    )
}
"""Every rule by its pattern, which is what pydantic reports when a text is refused."""

DnsLabel = Annotated[str, Field(pattern=DNS_LABEL.pattern)]
ReleaseName = Annotated[str, Field(pattern=RELEASE_NAME.pattern)]
ChartVersion = Annotated[str, Field(pattern=CHART_VERSION.pattern)]
Host = Annotated[str, Field(pattern=HOST.pattern)]
HttpUrl = Annotated[str, Field(pattern=HTTP_URL.pattern)]
OciUrl = Annotated[str, Field(pattern=OCI_URL.pattern)]
Cpu = Annotated[str, Field(pattern=CPU.pattern)]
Memory = Annotated[str, Field(pattern=MEMORY.pattern)]
LabelKey = Annotated[str, Field(pattern=LABEL_KEY.pattern)]
LabelValue = Annotated[str, Field(pattern=LABEL_VALUE.pattern)]
Text = Annotated[str, Field(pattern=TEXT.pattern)]
Port = Annotated[int, Field(ge=1, le=65535)]
NodePort = Annotated[int, Field(ge=30000, le=32767)]
"""A port of Kubernetes' default node port range."""
Replicas = Annotated[int, Field(ge=1, le=1000)]
Percent = Annotated[int, Field(ge=1, le=100)]
