"""Waits for what a Helm release runs, where Helm itself does not wait."""

from collections.abc import Mapping, Sequence

import pulumi

from components.platform.awaiting import awaiting
from components.platform.helm import TIMEOUT_SECONDS, HelmRelease
from components.platform.manifest import Manifest
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
    manifest = {"apiVersion": "apps/v1", "kind": "Deployment"}
    return _awaited(name, release, manifest, {"name": deployment, "namespace": namespace}, [ROLLED_OUT], opts)


def serving(
    name: str, release: HelmRelease, namespace: str, service: str, opts: pulumi.ResourceOptions, *, addressed: bool
) -> KubernetesObject:
    """A Service of `release` as its newest revision has it; with `addressed` once a load balancer has an address."""
    manifest, conditions = {"apiVersion": "v1", "kind": "Service"}, [ADDRESSED] if addressed else []
    return _awaited(name, release, manifest, {"name": service, "namespace": namespace}, conditions, opts)


def _awaited(
    name: str,
    release: HelmRelease,
    manifest: Manifest,
    metadata: Mapping[str, str],
    conditions: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> KubernetesObject:
    """A patch that waits for `conditions` after each revision of `release`, with which the object also goes."""
    annotations = release.status.apply(lambda status: _annotations(conditions, status))
    patch = {**manifest, "metadata": {**metadata, "annotations": annotations}}
    return kubernetes_patch(
        name, patch, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(deleted_with=release))
    )


def _annotations(conditions: Sequence[str], status: Mapping[str, object]) -> dict[str, str]:
    revision = f"v{float(str(status['revision'])):.0f}"  # As Helm names it; Pulumi hands every number over as a float.
    timeout = {"pulumi.com/timeoutSeconds": str(TIMEOUT_SECONDS)}
    return awaiting(conditions, annotation=_REVISION, value=revision) | timeout
