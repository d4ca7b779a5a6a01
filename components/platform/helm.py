"""The single way in which components install a Helm chart."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.platform.chart_values import without_none
from components.platform.charts import Chart
from components.platform.manifests import provider_version

TIMEOUT_SECONDS = 600
"""Long enough to pull images and to get a cloud load balancer; Helm's own 300 s are not always."""

KEPT_REVISIONS = 10
"""Helm's own default; Pulumi's is to keep every revision as a Secret in the cluster."""


class HelmRelease(pulumi.CustomResource):
    """A release of a chart; of its outputs only `status`, which says how the cluster calls it."""

    status: pulumi.Output[Mapping[str, Any]]

    def __init__(self, name: str, asked: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        opts = pulumi.ResourceOptions.merge(provider_version(), opts)
        super().__init__("kubernetes:helm.sh/v3:Release", name, {"status": None, **asked}, opts)


def helm_release(
    name: str,
    *,
    release: str,
    chart: Chart,
    namespace: str,
    values: Mapping[str, object],
    opts: pulumi.ResourceOptions,
    atomic: bool = True,
) -> HelmRelease:
    """Install `chart` as the Helm release `release`.

    The release name is fixed, because Istio's CRDs survive an uninstall and belong to the release name that made them.
    The namespace has to exist. With `atomic` Helm waits until everything in it is ready, and takes back what does not
    get ready in time. Without it Helm only writes the objects, and whoever needs them ready waits for them
    (`components.platform.rollouts`).
    """
    asked = {
        "name": release,
        "namespace": namespace,
        "chart": chart.reference,
        "version": chart.version,
        "repositoryOpts": {"repo": chart.repository} if chart.repository else None,
        "values": without_none(values),
        "atomic": atomic,
        # Helm waits for what is atomic in any case.
        "skipAwait": None if atomic else True,
        "cleanupOnFail": True,
        "timeout": TIMEOUT_SECONDS,
        "maxHistory": KEPT_REVISIONS,
        # What the SDK's class always adds (sdk/python/pulumi_kubernetes/helm/v3/Release.py).
        "compat": "true",
    }
    return HelmRelease(name, asked, opts)
