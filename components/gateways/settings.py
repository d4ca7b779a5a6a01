"""Settings of a gateway, in the words of Istio's gateway chart and of its Gateway resource."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.gateways.servers import ServerSettings
from components.settings.api import Api
from components.settings.field_types import Cidr, DnsLabel, LabelKey, LabelValue, NodePort, Port, Text
from components.settings.model import SettingsModel
from components.settings.scheduling import Scheduling
from components.settings.workload import Workload


class ServiceType(StrEnum):
    """How a gateway's Service is reached."""

    LOAD_BALANCER = "LoadBalancer"
    NODE_PORT = "NodePort"
    CLUSTER_IP = "ClusterIP"


class ExternalTrafficPolicy(StrEnum):
    """Which pods a Service sends traffic from outside to."""

    CLUSTER = "Cluster"
    LOCAL = "Local"


class ServicePort(SettingsModel):
    """One port of a gateway's Service, in Helm's words."""

    name: DnsLabel
    """The name of the port, unique within the Service."""
    port: Port
    """The port of the Service."""
    target_port: Port | None = None
    """The port of the gateway pods, which a server has to open; the same as port when left out."""
    node_port: NodePort | None = None
    """The port on every node (30000-32767); chosen by Kubernetes when left out."""


class ServiceSettings(SettingsModel):
    """How a gateway is reached from outside its namespace."""

    type: ServiceType
    """LoadBalancer needs something in the cluster that gives it an address; NodePort and ClusterIP need nothing."""
    ports: Annotated[tuple[ServicePort, ...], Field(min_length=1)] | None = None
    """The ports of the Service; those of the servers when left out. The status port 15021 is always added."""
    annotations: dict[LabelKey, str] = Field(default_factory=dict[str, str])
    """Annotations of the Service, by which clouds choose the kind of load balancer. The values are text: quote them."""
    load_balancer_class: LabelKey | None = None
    """For LoadBalancer: which implementation serves it, where a cluster has several. Cannot be changed later."""
    load_balancer_source_ranges: tuple[Cidr, ...] = ()
    """For LoadBalancer: the ranges of addresses (CIDR) that may connect; all when left out."""
    public_reason: Text | None = None
    """For LoadBalancer: why everybody may connect; written on the Service, where the policy pack looks for it."""
    external_traffic_policy: ExternalTrafficPolicy | None = None
    """Local keeps the address of the client and skips nodes without a gateway pod; Cluster (default) uses all."""
    node_address: Text | None = None
    """For NodePort: an address under which users reach a node. Kubernetes does not know it; the outputs use it."""


class GatewaySettings(Workload, Scheduling, defer_build=False):
    """One gateway. Its key in the map names the Helm release, the Deployment, the Service and the Gateway resource."""

    namespace: Annotated[DnsLabel, Field(examples=["istio-ingress"])]
    """The namespace of the gateway, created when `namespaces` does not declare it."""
    api: Api = Api.ISTIO
    """Whether its ports are opened by Istio's Gateway, for VirtualServices, or by the Gateway API's, for HTTPRoutes."""
    service: ServiceSettings
    """The Service in front of the gateway pods."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Further labels of the Deployment, its pods and the Service."""
    read_secrets: bool | None = None
    """Whether its pods may read the Secrets of their namespace, all of them: istiod asks for no less.

    When left out, where a server of `api: istio`, an external service or an object of `resources` has it use a Secret.
    Set it to true where Gateways outside of this file name one.
    """
    servers: Annotated[
        tuple[ServerSettings, ...],
        Field(min_length=1, examples=[[{"port": 80, "protocol": "HTTP", "hosts": ["*"]}]]),
    ]
    """The servers of the Gateway resource."""
    any_host_reason: Text | None = None
    """Why a server takes every host ('*'); written on the Gateway resource, where the policy pack looks for it."""
