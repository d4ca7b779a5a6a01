"""What texts of the stack file have to look like."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TextRule:
    """What a text has to look like, for the machine (pattern) and for people (rule, example)."""

    pattern: str
    rule: str
    example: str
    hidden: bool = False
    """Whether a refused value may be a secret, so that no message shows it."""


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
DNS_NAME = TextRule(
    pattern=rf"^{_LABEL}([.]{_LABEL})*$",
    rule="is not a name of a Kubernetes object: lower-case letters, digits, '-' and '.'",
    example="shop-certificate",
)
CREDENTIAL = TextRule(
    pattern=f"^({_LABEL})$",
    rule="is not the name of an entry of mesh.tls; a namespace cannot be named here, because the Secret always lies "
    "in the gateway's own",
    example="shop",
)
CONFIG_KEY = TextRule(
    pattern="^[A-Za-z][-A-Za-z0-9_.]{0,62}$",
    rule="the value, which is not shown, is not the name of a configuration key; certificates and keys themselves "
    "never belong here",
    example="shop-key",
    hidden=True,
)
CIDR = TextRule(
    pattern="^[0-9a-fA-F:.]+/[0-9]{1,3}$",
    rule="is not a range of addresses: an IPv4 or IPv6 address, '/' and the length of the prefix",
    example="203.0.113.0/24",
)
DURATION = TextRule(
    pattern="^([0-9]+h([0-9]+m)?([0-9]+s)?|[0-9]+m([0-9]+s)?|[0-9]+s)$",
    rule="is not a duration: whole hours, minutes and seconds with 'h', 'm' and 's'",
    example="2160h",
)
QUANTITY = TextRule(
    pattern="^[0-9]+([.][0-9]{1,3})?(m|Ki|Mi|Gi|Ti|k|M|G|T)?$",
    rule="is not a quantity: a number, with a unit where it needs one (m, Ki, Mi, Gi, Ti, k, M, G or T)",
    example="20",
)
HTTP_URL = TextRule(
    pattern=r"^https?://[^\s/]+(/\S*)?$",
    rule="is not the address of a Helm repository: http:// or https://, then a host",
    example="https://istio-release.storage.googleapis.com/charts",
)
ADDON_URL = TextRule(
    # Whether the part between '//' and '/' is a host is looked at by checks, which never show a password in it.
    pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    rule="is not an address: http:// or https://, then a host, without a query",
    example="https://prometheus.example.com",
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
PROMETHEUS_DURATION = TextRule(
    pattern="^[1-9][0-9]*[ywdhms]$",
    rule="is not a duration: a whole number with one of the units y, w, d, h, m and s",
    example="15d",
)
DATA_SIZE = TextRule(
    pattern="^[1-9][0-9]*(KB|MB|GB|TB|PB)$",
    rule="is not an amount of data: a whole number with a unit (KB, MB, GB, TB or PB)",
    example="45GB",
)
SECRET_KEY = TextRule(
    pattern="^[-._A-Za-z0-9]{1,253}$",
    rule="the value, which is not shown, is not a key of a Secret: letters, digits, '-', '_' and '.'",
    example="password",
    hidden=True,
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
ISTIO_DURATION = TextRule(
    pattern="^([0-9]+(h|m|s|ms)|[0-9]+[.][0-9]{1,3}s)+$",
    rule="is not a duration that Istio reads: numbers with 'h', 'm', 's' or 'ms', to the millisecond",
    example="10s",
)
ENV_NAME = TextRule(
    pattern="^[A-Z][A-Z0-9_]*$",
    rule="is not the name of an environment variable: capital letters, digits and '_', a letter first",
    example="PILOT_PUSH_THROTTLE",
)
IMAGE_HUB = TextRule(
    pattern="^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([-._][a-z0-9]+)*)*$",
    rule="is not a registry and path of images, in lower case, without https:// and without a tag",
    example="registry.example.com/istio",
)
MINOR_VERSION = TextRule(
    pattern="^[0-9]+[.][0-9]+$",
    rule="is not a minor version (major.minor)",
    example="1.28",
)
LOG_LEVELS = TextRule(
    pattern="^[a-z-]+:(debug|info|warn|error|fatal|none)(,[a-z-]+:(debug|info|warn|error|fatal|none))*$",
    rule="is not a list of scope:level: a scope of istiod such as default or ads, and debug, info, warn, error, fatal "
    "or none",
    example="default:info,ads:debug",
)
TRUST_DOMAIN = TextRule(
    pattern=rf"^{_LABEL}([.]{_LABEL})*[.]?$",
    rule="is not a trust domain: a lower-case DNS name",
    example="cluster.local",
)
LOG_FILE = TextRule(
    pattern="^(/[^\\s/]+)*$",
    rule="is not the path of a file in the proxy, nor empty for no access log",
    example="/dev/stdout",
)
DATE = TextRule(
    # Pulumi reads an unquoted date of YAML as a point in time, and hands it on as Go writes that.
    pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00 [+]0000 UTC)?$",
    rule="is not a date: year, month and day",
    example="2027-01-31",
)
WEB_URL = TextRule(
    pattern=r"^https?://[^\s/?#@]+([/?#]\S*)?$",
    rule="is not a web address: http:// or https://, then a host, without a user and password",
    example="https://hooks.example.com/alerts",
)
MAIL_ADDRESS = TextRule(
    pattern=r"^[^\s@<>,]+@[^\s@<>,]+$",
    rule="is not one mail address",
    example="mesh@example.com",
)
SMARTHOST = TextRule(
    pattern=r"^[^\s:/]+:[0-9]{1,5}$",
    rule="is not a mail server: a host, ':' and a port",
    example="smtp.example.com:587",
)
SECRET_ENTRY = TextRule(
    pattern="^[-A-Za-z0-9_.]{1,253}$",
    rule="is not a key of a Secret: letters, digits, '-', '_' and '.'",
    example="api-url",
)
HEADER_NAME = TextRule(
    pattern="^:?[-A-Za-z0-9!#$%&'*+.^_`|~]+$",
    rule="is not the name of a header: letters, digits and !#$%&'*+-.^_`|~",
    example="x-user-id",
)
CLAIM_HEADER = TextRule(
    # What the CRD of RequestAuthentication takes.
    pattern="^[-_A-Za-z0-9]+$",
    rule="is not the name of a header for a claim: letters, digits, '-' and '_'",
    example="x-jwt-sub",
)
PROVIDER_SERVICE = TextRule(
    pattern=rf"^({_LABEL}/)?{_LABEL}([.]{_LABEL})+$",
    rule="is not the full name of a service: a host with its dots, or NAMESPACE/HOST where several namespaces have it",
    example="jaeger-collector.observability.svc.cluster.local",
)
TAG_VALUE = TextRule(
    pattern="^[^\\x00-\\x1f]{1,1024}$", rule="is not the value of a tag: one line of text", example="eu-west"
)
TEXT = TextRule(pattern=r"^[^\x00-\x1f]+$", rule="is not one line of text", example="~/.kube/config")

RULES: dict[str, TextRule] = {rule.pattern: rule for rule in tuple(globals().values()) if isinstance(rule, TextRule)}
"""Every rule by its pattern, which is what pydantic reports when a text is refused."""
