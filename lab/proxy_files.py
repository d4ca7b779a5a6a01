"""The files and the environment of a data plane's processes: what a pod's volumes and its spec would give them."""

import json
from pathlib import Path

from lab.errors import LabError
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout, write_atomically
from lab.pods import environment, service_account_token
from lab.processes import Record
from lab.readiness import wait_until

CONTAINER = "istio-proxy"
# Where Istio's containers find their files, relative to the proxy's folder.
CONFIG = "etc/istio/proxy"
BRIDGE_SOCKET = f"{CONFIG}/XDS-bridge"
AGENT_SOCKET = f"{CONFIG}/XDS"
POD_INFO = "etc/istio/pod"
# One line for each request, which Envoy writes because the bridge tells it to.
REQUESTS = "requests.jsonl"
ROOT_CERTIFICATE = "istio-ca-root-cert"
# An istiod that was uninstalled leaves its lease held, as the right to release it goes with it. The next one takes the
# lease over after its 30 s and a retry of 7.5 s (pilot/pkg/leaderelection), and writes into namespaces only then.
ROOT_CERTIFICATE_SECONDS = 90.0


def write_files(folder: Path, api: KubeApi, pod: Object, template: Path) -> None:
    """Lay out the files that Istio's images, volumes and the downward API give a proxy.

    As a kubelet does, it waits for the ConfigMap with the mesh's root certificate, which istiod writes into a namespace
    some time after that was made.

    Raises:
        LabError: the ConfigMap does not come.
        httpx.HTTPError: the API server does not give a token.
    """
    for relative in (CONFIG, POD_INFO, "var/run/secrets/tokens", "var/run/secrets/istio"):
        (folder / relative).mkdir(parents=True, exist_ok=True)
    (folder / REQUESTS).unlink(missing_ok=True)  # What a new Envoy counts begins with nothing.
    bootstrap = template.read_text()
    bootstrap = bootstrap.replace("{{ .config.ConfigPath }}/XDS", "{{ .config.ConfigPath }}/XDS-bridge")
    # Envoy's own listeners, too, are for this machine only.
    bootstrap = bootstrap.replace('"address": "{{ .wildcard }}"', '"address": "127.0.0.1"')
    write_atomically(folder / "bootstrap.json", bootstrap)
    metadata = pod["metadata"]
    # Port 0 keeps pilot-agent from opening its status server, which listens on every address of the machine.
    annotations = {**metadata.get("annotations", {}), "status.sidecar.istio.io/port": "0"}
    for file, entries in (("labels", metadata.get("labels", {})), ("annotations", annotations)):
        lines = [f"{key}={json.dumps(value)}" for key, value in sorted(entries.items())]
        write_atomically(folder / POD_INFO / file, "\n".join(lines) + "\n")
    token = service_account_token(api, pod, audience="istio-ca")
    write_atomically(folder / "var/run/secrets/tokens/istio-token", token, mode=0o600)
    write_atomically(folder / "var/run/secrets/istio/root-cert.pem", _root_certificate(api, metadata["namespace"]))


def _root_certificate(api: KubeApi, namespace: str) -> str:
    path = f"/api/v1/namespaces/{namespace}/configmaps/{ROOT_CERTIFICATE}"
    if not wait_until(lambda: api.exists(path), ROOT_CERTIFICATE_SECONDS):
        raise LabError(
            f"{namespace}: istiod wrote no ConfigMap {ROOT_CERTIFICATE} into it within {ROOT_CERTIFICATE_SECONDS:.0f} "
            "s; pods would not start. See './mesh lab status' for istiod, and meshConfig.discoverySelectors, "
            "which may leave the namespace out."
        )
    return api.get(path)["data"]["root-cert.pem"]


def proxy_environment(layout: LabLayout, part: str, pod: Object, envoy: Path, istiod: Record) -> dict[str, str]:
    """The container's environment, with what of it names ports, paths and addresses changed to the lab's."""
    known = environment(pod, CONTAINER)
    address = f"127.0.0.1:{istiod.ports['15012']}"
    proxy_config = json.loads(known.get("PROXY_CONFIG") or "{}") | {
        "discoveryAddress": address,
        "binaryPath": str(envoy),
        "configPath": f"./{CONFIG}",
        "proxyBootstrapTemplatePath": "./bootstrap.json",
        "proxyAdminPort": layout.port(f"{part}-admin"),
        "concurrency": 1,
        # In the lab nobody's requests wait for a drain; with Istio's 5 s every 'lab down' would take that long.
        "terminationDrainDuration": "1s",
    }
    return known | {
        "PROXY_CONFIG": json.dumps(proxy_config),
        "CA_ADDR": "",  # Then pilot-agent takes the discovery address, and ISTIOD_SAN as the name to verify.
        "ISTIOD_SAN": known.get("CA_ADDR", "istiod.istio-system.svc:15012").split(":")[0],
        "JWT_POLICY": "third-party-jwt",
        # Of a mesh with defaultConfig.proxyMetadata ISTIO_META_DNS_CAPTURE; by default every sidecar would take 15053.
        "DNS_PROXY_ADDR": f"127.0.0.1:{layout.port(f'{part}-dns')}",
        "ENVOY_PROMETHEUS_PORT": str(layout.port(f"{part}-prometheus")),
        "ENVOY_STATUS_PORT": str(layout.port(f"{part}-status")),
    }
