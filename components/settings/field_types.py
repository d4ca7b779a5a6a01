"""Named types of the stack file: one pattern each, which validates, documents itself and explains a refusal."""

from typing import Annotated

from pydantic import Field

from components.settings.text_rules import (
    ADDON_URL,
    CHART_VERSION,
    CIDR,
    CLAIM_HEADER,
    CONFIG_KEY,
    CPU,
    CREDENTIAL,
    DATA_SIZE,
    DATE,
    DNS_LABEL,
    DNS_NAME,
    DURATION,
    ENV_NAME,
    HEADER_NAME,
    HOST,
    HTTP_URL,
    IMAGE_HUB,
    ISTIO_DURATION,
    LABEL_KEY,
    LABEL_VALUE,
    LOG_FILE,
    LOG_LEVELS,
    MAIL_ADDRESS,
    MEMORY,
    MINOR_VERSION,
    OCI_URL,
    PROMETHEUS_DURATION,
    PROVIDER_SERVICE,
    QUANTITY,
    RELEASE_NAME,
    SECRET_ENTRY,
    SECRET_KEY,
    SMARTHOST,
    TAG_VALUE,
    TEXT,
    TRUST_DOMAIN,
    WEB_URL,
)

DnsLabel = Annotated[str, Field(pattern=DNS_LABEL.pattern)]
ReleaseName = Annotated[str, Field(pattern=RELEASE_NAME.pattern)]
ChartVersion = Annotated[str, Field(pattern=CHART_VERSION.pattern)]
Host = Annotated[str, Field(pattern=HOST.pattern)]
DnsName = Annotated[str, Field(pattern=DNS_NAME.pattern)]
Credential = Annotated[str, Field(pattern=CREDENTIAL.pattern)]
ConfigKey = Annotated[str, Field(pattern=CONFIG_KEY.pattern)]
Cidr = Annotated[str, Field(pattern=CIDR.pattern)]
Duration = Annotated[str, Field(pattern=DURATION.pattern)]
Quantity = Annotated[str, Field(pattern=QUANTITY.pattern)]
HttpUrl = Annotated[str, Field(pattern=HTTP_URL.pattern)]
AddonUrl = Annotated[str, Field(pattern=ADDON_URL.pattern)]
OciUrl = Annotated[str, Field(pattern=OCI_URL.pattern)]
Cpu = Annotated[str, Field(pattern=CPU.pattern)]
Memory = Annotated[str, Field(pattern=MEMORY.pattern)]
PrometheusDuration = Annotated[str, Field(pattern=PROMETHEUS_DURATION.pattern)]
DataSize = Annotated[str, Field(pattern=DATA_SIZE.pattern)]
SecretKey = Annotated[str, Field(pattern=SECRET_KEY.pattern)]
LabelKey = Annotated[str, Field(pattern=LABEL_KEY.pattern)]
LabelValue = Annotated[str, Field(pattern=LABEL_VALUE.pattern)]
IstioDuration = Annotated[str, Field(pattern=ISTIO_DURATION.pattern)]
EnvName = Annotated[str, Field(pattern=ENV_NAME.pattern)]
ImageHub = Annotated[str, Field(pattern=IMAGE_HUB.pattern)]
MinorVersion = Annotated[str, Field(pattern=MINOR_VERSION.pattern)]
LogLevels = Annotated[str, Field(pattern=LOG_LEVELS.pattern)]
TrustDomain = Annotated[str, Field(pattern=TRUST_DOMAIN.pattern)]
LogFile = Annotated[str, Field(pattern=LOG_FILE.pattern)]
Date = Annotated[str, Field(pattern=DATE.pattern)]
WebUrl = Annotated[str, Field(pattern=WEB_URL.pattern)]
MailAddress = Annotated[str, Field(pattern=MAIL_ADDRESS.pattern)]
Smarthost = Annotated[str, Field(pattern=SMARTHOST.pattern)]
SecretEntry = Annotated[str, Field(pattern=SECRET_ENTRY.pattern)]
ClaimHeader = Annotated[str, Field(pattern=CLAIM_HEADER.pattern)]
HeaderName = Annotated[str, Field(pattern=HEADER_NAME.pattern)]
ProviderService = Annotated[str, Field(pattern=PROVIDER_SERVICE.pattern)]
TagValue = Annotated[str, Field(pattern=TAG_VALUE.pattern)]
Text = Annotated[str, Field(pattern=TEXT.pattern)]
Port = Annotated[int, Field(ge=1, le=65535)]
NodePort = Annotated[int, Field(ge=30000, le=32767)]
"""A port of Kubernetes' default node port range."""
Replicas = Annotated[int, Field(ge=1, le=1000)]
Percent = Annotated[int, Field(ge=1, le=100)]
Sampling = Annotated[float, Field(ge=0, le=100)]
"""Percent of requests."""
