"""The programs of the lab's control plane: what each is started with, and how to tell that it is ready."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lab.credentials import token_of, write_kubeconfig
from lab.layout import CHECKOUT, LabLayout, write_atomically

POD_CIDR = "10.244.0.0/16"
SERVICE_CIDR = "10.96.0.0/16"
CONTEXT = "istio-mesh-lab"
# The API server refuses a loopback address here; nothing connects to this one (no endpoint reconciler, TEST-NET-1).
ADVERTISED = "192.0.2.1"
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Part:
    """One process of the lab; it runs in the lab's folder, with `env` added to the environment."""

    name: str
    command: tuple[str, ...]
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
    ready_url: str = ""
    ready_seconds: float = 30.0
    env: Mapping[str, str] = field(default_factory=dict[str, str])


def part_name(program: str, namespace: str, name: str) -> str:
    """The name of the part that plays an object of the cluster with `program`.

    Another object gets another name: a namespace has no dot in it, so what stands before the first one is all of it
    (kubernetes.io, "Object Names and IDs", RFC 1123 label names).
    """
    return f"{program}-{namespace}.{name}"


def server_url(layout: LabLayout) -> str:
    """The API server's address."""
    return f"https://127.0.0.1:{layout.port('kube-apiserver')}"


def api_certificate(layout: LabLayout) -> Path:
    """The self-signed certificate that the API server makes at its first start."""
    return layout.credentials / "apiserver.crt"


def etcd(layout: LabLayout, program: Path) -> Part:
    """The store. Without fsync: a lab that loses power starts anew."""
    client, peer = layout.port("etcd"), layout.port("etcd-peer")
    urls = {name: f"http://127.0.0.1:{port}" for name, port in (("client", client), ("peer", peer))}
    command = (
        str(program),
        "--name=lab",
        f"--data-dir={layout.root / 'etcd'}",
        f"--listen-client-urls={urls['client']}",
        f"--advertise-client-urls={urls['client']}",
        f"--listen-peer-urls={urls['peer']}",
        f"--initial-advertise-peer-urls={urls['peer']}",
        f"--initial-cluster=lab={urls['peer']}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    )
    return Part("etcd", command, {"client": client, "peer": peer}, f"{urls['client']}/health")


def kube_apiserver(layout: LabLayout, program: Path) -> Part:
    """The API server. It reaches webhooks through the agent, as it would through a konnectivity proxy."""
    keys = layout.credentials
    egress = layout.root / "egress.yaml"
    port = layout.port("kube-apiserver")
    command = (
        str(program),
        f"--etcd-servers=http://127.0.0.1:{layout.port('etcd')}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--advertise-address={ADVERTISED}",
        "--endpoint-reconciler-type=none",
        f"--cert-dir={keys}",
        f"--service-account-issuer={server_url(layout)}",
        f"--service-account-key-file={keys / 'service-account.pub'}",
        f"--service-account-signing-key-file={keys / 'service-account.key'}",
        f"--service-cluster-ip-range={SERVICE_CIDR}",
        "--authorization-mode=Node,RBAC",
        f"--token-auth-file={keys / 'tokens.csv'}",
        f"--egress-selector-config-file={egress}",
        "--allow-privileged=true",
        "--profiling=false",
    )
    return Part("kube-apiserver", command, {"https": port}, f"{server_url(layout)}/readyz", 60.0)


def kube_controller_manager(layout: LabLayout, program: Path) -> Part:
    """The controllers, each under an identity of its own as in a real cluster."""
    options = (
        "--use-service-account-credentials",
        f"--service-account-private-key-file={layout.credentials / 'service-account.key'}",
        f"--root-ca-file={api_certificate(layout)}",
        "--concurrent-deployment-syncs=10",
        # An autoscaler raises a new Deployment to its minimum at its next look, by default after 15 s.
        "--horizontal-pod-autoscaler-sync-period=1s",
    )
    return _client_of_the_api_server(layout, "kube-controller-manager", program, options)


def kube_scheduler(layout: LabLayout, program: Path) -> Part:
    """The scheduler."""
    return _client_of_the_api_server(layout, "kube-scheduler", program, ())


def _client_of_the_api_server(layout: LabLayout, name: str, program: Path, options: tuple[str, ...]) -> Part:
    """A part of Kubernetes that works through the API server, and serves its health with a certificate of its own."""
    port = layout.port(name)
    kubeconfig = layout.credentials / f"{name}.kubeconfig"
    command = (
        str(program),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={layout.credentials / name}",
        "--leader-elect=false",
        "--profiling=false",
        *options,
    )
    return Part(name, command, {"https": port}, f"https://127.0.0.1:{port}/healthz")


def kwok(layout: LabLayout, program: Path) -> Part:
    """Plays the nodes. Without a lease a node turns NotReady after a minute and its pods never recover."""
    port = layout.port("kwok")
    command = (
        str(program),
        f"--kubeconfig={layout.kubeconfig}",
        f"--config={DATA / 'kwok.yaml'}",
        "--manage-all-nodes=true",
        f"--cidr={POD_CIDR}",
        "--node-lease-duration-seconds=40",
        f"--server-address=127.0.0.1:{port}",
    )
    return Part("kwok", command, {"http": port}, f"http://127.0.0.1:{port}/healthz")


def agent(layout: LabLayout, pilot_discovery: Path) -> Part:
    """The lab's own controller: webhook egress, istiod processes, addresses of load balancers, stand-ins for pods."""
    port = layout.port("agent")
    command = (
        sys.executable,
        "-m",
        "lab.agent",
        "--lab",
        layout.name,
        "--checkout",
        str(layout.checkout),
        "--pilot-discovery",
        str(pilot_discovery),
    )
    code = {"PYTHONPATH": str(CHECKOUT)}
    return Part("agent", command, {"http": port}, f"http://127.0.0.1:{port}/healthz", env=code)


def write_configuration(layout: LabLayout) -> None:
    """Write what the parts read: kubeconfigs and the API server's egress configuration."""
    identities = {
        layout.kubeconfig: "lab-admin",
        layout.credentials / "kube-controller-manager.kubeconfig": "system:kube-controller-manager",
        layout.credentials / "kube-scheduler.kubeconfig": "system:kube-scheduler",
    }
    for path, user in identities.items():
        write_kubeconfig(
            path,
            server=server_url(layout),
            certificate_authority=api_certificate(layout),
            token=token_of(layout.credentials, user),
            name=CONTEXT,
        )
    proxy = {"uds": {"udsName": layout.socket.name}}  # Relative to the lab's folder, in which the API server runs.
    egress = {
        "apiVersion": "apiserver.k8s.io/v1beta1",
        "kind": "EgressSelectorConfiguration",
        "egressSelections": [
            {"name": "cluster", "connection": {"proxyProtocol": "HTTPConnect", "transport": proxy}},
            {"name": "controlplane", "connection": {"proxyProtocol": "Direct"}},
            {"name": "etcd", "connection": {"proxyProtocol": "Direct"}},
        ],
    }
    write_atomically(layout.root / "egress.yaml", yaml.safe_dump(egress, sort_keys=False))
