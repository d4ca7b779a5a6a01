"""Waits for what a Helm release runs, where Helm itself does not wait."""

import json
from collections.abc import Mapping, Sequence

import pulumi

from components.platform.helm import TIMEOUT_SECONDS, HelmRelease
from components.platform.manifests import KubernetesObject, kubernetes_patch

ROLLED_OUT = (
    "jsonpath={$[?(@.observedGeneration == $.metadata.generation && @.updatedReplicas == $.spec.replicas)"
    " && (@.replicas == $.spec.replicas && @.availableReplicas == $.spec.replicas)]}"
)
"""A Deployment has exactly its pods of today, all available: what `kubectl rollout status` waits for.

The provider's own rule for Deployments would take the conditions of the rollout before for those of this one, because
an annotation begins no new rollout (pkg/await/deployment.go of pulumi-kubernetes 4.26). `$[?...]` is RFC 9535 for
"something in it that ...", which only `status` can be; the pairs are for theory/jsonpath 0.9.0 of the provider, which
fails at a third `&&` beside two others.
"""

ADDRESSED = "jsonpath={.status.loadBalancer.ingress[0]}"
"""The cloud has given a Service of type LoadBalancer an address."""

_REVISION = "istio-mesh/awaited-revision"


def rolled_out(
    name: str, release: HelmRelease, namespace: str, deployment: str, opts: pulumi.ResourceOptions
) -> KubernetesObject:
    """Be ready when the pods of a Deployment of `release` are those of its newest revision, and available."""
    reference = {"apiVersion": "apps/v1", "kind": "Deployment"}
    annotations = release.status.apply(lambda status: _awaiting([ROLLED_OUT], status))
    metadata = {"name": deployment, "namespace": namespace, "annotations": annotations}
    return kubernetes_patch(name, {**reference, "metadata": metadata}, _with(release, opts))


def serving(
    name: str, release: HelmRelease, namespace: str, service: str, opts: pulumi.ResourceOptions, *, addressed: bool
) -> KubernetesObject:
    """A Service of `release` as its newest revision has it; with `addressed` once a load balancer has an address."""
    conditions = [ADDRESSED] if addressed else []
    annotations = release.status.apply(lambda status: _awaiting(conditions, status))
    metadata = {"name": service, "namespace": namespace, "annotations": annotations}
    return kubernetes_patch(name, {"apiVersion": "v1", "kind": "Service", "metadata": metadata}, _with(release, opts))


def _awaiting(conditions: Sequence[str], status: Mapping[str, object]) -> dict[str, str]:
    """Annotations by which the provider waits for `conditions`, and anew after each revision of the release.

    The revision is a condition itself, because the provider may still see an object as it was before it wrote to it
    (see `components.control_plane.webhooks.wait_for`).
    """
    revision = f"v{float(str(status['revision'])):.0f}"  # As Helm names it; Pulumi hands every number over as a float.
    written = f"jsonpath={{.metadata.annotations['{_REVISION}']}}={revision}"
    return {
        "pulumi.com/waitFor": json.dumps([*conditions, written]),
        "pulumi.com/timeoutSeconds": str(TIMEOUT_SECONDS),
        "pulumi.com/patchForce": "true",
        _REVISION: revision,
    }


def _with(release: HelmRelease, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The object goes with its release, so that nothing has to be taken off it before."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(deleted_with=release))
