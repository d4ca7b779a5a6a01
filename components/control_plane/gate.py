"""The gate between istiod and everything that needs its webhooks."""

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.admissionregistration.v1 import (
    MutatingWebhookConfigurationPatch,
    ValidatingWebhookConfigurationPatch,
)

from components.control_plane.webhooks import CA_BUNDLE, DEFAULT_VALIDATOR, FAIL_CLOSED, Revision, wait_for
from components.platform.child import child_options


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
        ValidatingWebhookConfigurationPatch(
            f"{name}-validator",
            metadata={"name": args.revision.validator, "annotations": proven},
            opts=child_options(self, opts),
        )
        ValidatingWebhookConfigurationPatch(
            f"{name}-default-validator",
            metadata={"name": DEFAULT_VALIDATOR, "annotations": proven},
            opts=child_options(self, opts),
        )
        MutatingWebhookConfigurationPatch(
            f"{name}-injector",
            metadata={"name": args.revision.injector, "annotations": wait_for([CA_BUNDLE], version=args.version)},
            opts=child_options(self, opts),
        )
        self.register_outputs({})
