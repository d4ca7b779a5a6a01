"""The webhooks of one istiod: their names, and how to tell that they answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.platform.awaiting import awaiting

CA_BUNDLE = "jsonpath={.webhooks[0].clientConfig.caBundle}"
"""istiod has written its certificate authority into the webhook, so that the API server can call it."""

FAIL_CLOSED = "jsonpath={.webhooks[0].failurePolicy}=Fail"
"""istiod has seen the webhook refuse an invalid resource, and only then made it binding.

The chart installs the validation with failurePolicy Ignore; istiod tries it with a dry run of an invalid Gateway before
it switches to Fail (pkg/webhooks/validation/controller/controller.go of Istio 1.29).
"""

DEFAULT_VALIDATOR = "istiod-default-validator"
"""The validation of resources without a revision label, such as all that this program creates. From the chart base."""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One istiod: its root namespace, and its revision, which is empty for the default one."""

    namespace: str
    name: str = ""

    @property
    def validator(self) -> str:
        """The name of its ValidatingWebhookConfiguration (templates/validatingwebhookconfiguration.yaml)."""
        return "-".join(part for part in ("istio-validator", self.name, self.namespace) if part)

    @property
    def injector(self) -> str:
        """The name of its MutatingWebhookConfiguration (templates/mutatingwebhook.yaml)."""
        suffix = "" if self.namespace == "istio-system" else self.namespace
        return "-".join(part for part in ("istio-sidecar-injector", self.name, suffix) if part)


_VERSION = "istio-mesh/awaited-version"


def wait_for(conditions: Sequence[str], *, version: str) -> dict[str, str]:
    """Annotations that make the provider wait until a webhook fulfils `conditions`, anew for each version of istiod."""
    return awaiting(conditions, annotation=_VERSION, value=version)
