"""Give every LoadBalancer Service an address, as a cloud's controller does; Helm's wait needs one."""

import ipaddress
import logging

from lab.kube_api import KubeApi

LOG = logging.getLogger(__name__)

# TEST-NET-3 (RFC 5737): well-formed, distinct for each Service, and reached by nobody.
POOL = ipaddress.ip_network("203.0.113.0/24")


def assign_addresses(api: KubeApi) -> None:
    """Give each LoadBalancer Service without an address the first free one of the pool; once all are given, none."""
    services = [one for one in api.items("/api/v1/services") if one["spec"].get("type") == "LoadBalancer"]
    taken = {
        entry.get("ip")
        for service in services
        for entry in service.get("status", {}).get("loadBalancer", {}).get("ingress", [])
    }
    for service in services:
        if service.get("status", {}).get("loadBalancer", {}).get("ingress"):
            continue
        metadata = service["metadata"]
        address = next((str(one) for one in POOL.hosts() if str(one) not in taken), None)
        if address is None:
            LOG.warning("%s/%s: all addresses of %s are given", metadata["namespace"], metadata["name"], POOL)
            return
        taken.add(address)
        path = f"/api/v1/namespaces/{metadata['namespace']}/services/{metadata['name']}/status"
        api.merge(path, {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}})
        LOG.info("%s/%s: address %s", metadata["namespace"], metadata["name"], address)
