"""Settings of a gateway, in the words of Istio's gateway chart and of its Gateway resource."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, Host, NodePort, Port, Text
from components.settings.model import SettingsModel
from components.settings.workload import Workload


class ServiceType(StrEnum):
    """How a gateway's Service is reached."""

    LOAD_BALANCER = "LoadBalancer"
    NODE_PORT = "NodePort"
    CLUSTER_IP = "ClusterIP"


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
    node_address: Text | None = None
    """For NodePort: an address under which users reach a node. Kubernetes does not know it; the outputs use it."""


class Protocol(StrEnum):
    """Protocols of a server without TLS, in the words of Istio's Gateway."""

    HTTP = "HTTP"
    HTTP2 = "HTTP2"
    GRPC = "GRPC"


class ServerSettings(SettingsModel):
    """One server of the Gateway resource: a port of the gateway pods and the hosts that it serves."""

    port: Annotated[Port, Field(examples=[80])]
    """The port on which the gateway pods listen."""
    protocol: Annotated[Protocol, Field(examples=["HTTP"])]
    """The protocol that is spoken on the port."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, examples=[["*"]])]
    """The hosts that are served; '*' serves all."""


class GatewaySettings(Workload):
    """One gateway. Its key in the map names the Helm release, the Deployment, the Service and the Gateway resource."""

    namespace: Annotated[DnsLabel, Field(examples=["istio-ingress"])]
    """The namespace of the gateway, created when `namespaces` does not declare it."""
    service: ServiceSettings
    """The Service in front of the gateway pods."""
    servers: Annotated[
        tuple[ServerSettings, ...],
        Field(min_length=1, examples=[[{"port": 80, "protocol": "HTTP", "hosts": ["*"]}]]),
    ]
    """The servers of the Gateway resource."""
