"""The gate between istiod and everything that needs its webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.control_plane.webhooks import CA_BUNDLE, DEFAULT_VALIDATOR, FAIL_CLOSED, Revision, wait_for
from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_patch


@dataclass(frozen=True, kw_only=True)
class WebhookGateArgs:
    """What `WebhookGate` needs: which istiod, and of which version it should be."""

    revision: Revision
    version: str


class WebhookGate(pulumi.ComponentResource):
    """Is ready when the webhooks of istiod answer, which its ready pods alone do not promise.

    Pods that are created earlier get no sidecar, gateways no image, and invalid resources pass. So whatever needs the
    webhooks depends on this gate. It only annotates the webhooks, which belong to the charts.
    """

    def __init__(self, name: str, args: WebhookGateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:WebhookGate", name, {}, opts)
        proven = wait_for([CA_BUNDLE, FAIL_CLOSED], version=args.version)
        injecting = wait_for([CA_BUNDLE], version=args.version)
        for role, webhooks in {
            "validator": _webhooks("Validating", args.revision.validator, proven),
            "default-validator": _webhooks("Validating", DEFAULT_VALIDATOR, proven),
            "injector": _webhooks("Mutating", args.revision.injector, injecting),
        }.items():
            kubernetes_patch(f"{name}-{role}", webhooks, opts=child_options(self, opts))
        self.register_outputs({})


def _webhooks(effect: str, name: str, annotations: Mapping[str, str]) -> Manifest:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": f"{effect}WebhookConfiguration",
        "metadata": {"name": name, "annotations": annotations},
    }
