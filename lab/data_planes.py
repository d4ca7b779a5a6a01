"""Which data planes were started on a lab, and the end of those whose pods are gone."""

from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.parts import part_name
from lab.processes import Record, records, stop


def agent_part(workload: str) -> str:
    """The part that plays the pilot-agent of NAMESPACE/DEPLOYMENT; Envoy is its child."""
    namespace, _, name = workload.partition("/")
    return part_name("envoy", namespace, name)


def bridge_part(workload: str) -> str:
    """The part that stands between the pilot-agent of NAMESPACE/DEPLOYMENT and its Envoy."""
    namespace, _, name = workload.partition("/")
    return part_name("bridge", namespace, name)


def data_planes(layout: LabLayout) -> dict[str, list[Record]]:
    """NAMESPACE/DEPLOYMENT -> what was started for it and not stopped: its pilot-agent, then its bridge."""
    known = records(layout)
    workloads = [record.notes["proxy"] for record in known.values() if "proxy" in record.notes]
    return {
        workload: [known[part] for part in (agent_part(workload), bridge_part(workload)) if part in known]
        for workload in workloads
    }


def stop_departed(layout: LabLayout, api: KubeApi) -> None:
    """Stop the data planes whose pods are gone, as they end with their pods in a cluster.

    Otherwise they would add up with every stack that is destroyed, until there are no inotify instances left: each
    takes three (measured), and a user has 128 (Linux' default of fs.inotify.max_user_instances).

    Raises:
        httpx.HTTPError: the API server does not answer.
    """
    for workload, parts in data_planes(layout).items():
        namespace, _, _ = workload.partition("/")
        if not api.exists(f"/api/v1/namespaces/{namespace}/pods/{parts[0].notes['pod']}"):
            stop(layout, parts)
