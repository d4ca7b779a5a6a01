"""The single way in which components install a Helm chart."""

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

from components.platform.chart_values import without_none
from components.platform.charts import Chart

TIMEOUT_SECONDS = 600
"""Long enough to pull images and to get a cloud load balancer; Helm's own 300 s are not always."""

KEPT_REVISIONS = 10
"""Helm's own default; Pulumi's is to keep every revision as a Secret in the cluster."""


def helm_release(
    name: str,
    *,
    release: str,
    chart: Chart,
    namespace: str,
    values: Mapping[str, object],
    opts: pulumi.ResourceOptions,
) -> Release:
    """Install `chart` as the Helm release `release` and wait until everything in it is ready.

    The release name is fixed, because Istio's CRDs survive an uninstall and belong to the release name that made them.
    A failed install is rolled back, so that the next `pulumi up` starts from solid ground. The namespace has to exist.
    """
    return Release(
        name,
        name=release,
        namespace=namespace,
        chart=chart.reference,
        version=chart.version,
        repository_opts=RepositoryOptsArgs(repo=chart.repository) if chart.repository else None,
        values=without_none(values),
        atomic=True,
        cleanup_on_fail=True,
        timeout=TIMEOUT_SECONDS,
        max_history=KEPT_REVISIONS,
        opts=opts,
    )
