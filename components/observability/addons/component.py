"""The installed addons as resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.observability.addons.charts import addon_chart, installed_addons
from components.observability.addons.jaeger.settings import InstalledJaeger
from components.observability.addons.jaeger.values import trace_volume
from components.observability.addons.names import GRAFANA_ADMIN_SECRET, KIALI_SIGNING_SECRET, RELEASES
from components.observability.addons.settings import AddonsSettings
from components.observability.addons.values import addon_values
from components.platform.child import child_options
from components.platform.helm import HelmRelease, helm_release
from components.platform.labels import COMMON_LABELS
from components.platform.manifests import kubernetes_object, kubernetes_secret

PASSWORD_LENGTH = 32
"""Characters of a random password. Kiali takes a signing key of 16, 24 or 32 (kiali.io/docs/configuration)."""


@dataclass(frozen=True, kw_only=True)
class AddonsArgs:
    """What `Addons` needs: the addons, and how they find the mesh."""

    addons: AddonsSettings
    root_namespace: str
    istiod_api: bool = True
    """Whether istiod shows Kiali its view of the mesh."""
    config_secret: str | None = None
    """The Secret with Alertmanager's configuration; the chart's own, which tells nobody, when left out."""
    mounted_secrets: Sequence[str] = ()
    """Secrets that Alertmanager reads beside it."""
    dashboard_links: Sequence[Mapping[str, object]] | None = None
    """The dashboards of Grafana that Kiali links to; Istio's own by name when left out."""


class Addons(pulumi.ComponentResource):
    """Installs the addons of the stack, each after what it is connected with, with logins made at random."""

    releases: Mapping[str, pulumi.Resource]
    """The Helm release of each addon. What needs the operator's kinds comes after that of `prometheus`."""

    def __init__(self, name: str, args: AddonsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Addons", name, {}, opts)
        self._name, self._args, self._opts = name, args, opts
        installed = installed_addons(args.addons)
        values = addon_values(
            args.addons,
            root_namespace=args.root_namespace,
            istiod_api=args.istiod_api,
            config_secret=args.config_secret,
            mounted_secrets=args.mounted_secrets,
            dashboard_links=args.dashboard_links,
        )
        before = {addon: self._before(addon) for addon in installed}
        releases: dict[str, HelmRelease] = {}
        for addon in installed:
            # Kiali reads the login of Grafana, and asks the others as soon as it runs.
            others = (
                [*releases.values(), *(one for each in before.values() for one in each)] if addon == "kiali" else []
            )
            after = pulumi.ResourceOptions(depends_on=[*before[addon], *others])
            releases[addon] = helm_release(
                f"{name}-{addon}",
                release=RELEASES[addon],
                chart=addon_chart(args.addons, addon),
                namespace=args.addons.namespace,
                values=values[addon],
                opts=pulumi.ResourceOptions.merge(child_options(self, opts), after),
            )
        self.releases = releases
        self.register_outputs({})

    def _before(self, addon: str) -> list[pulumi.Resource]:
        """What has to be there before the pods of one addon start."""
        if addon == "grafana":
            return [self._secret(addon, GRAFANA_ADMIN_SECRET, "admin-password", {"admin-user": "admin"})]
        if addon == "kiali":
            return [self._secret(addon, KIALI_SIGNING_SECRET, "signing-key", {})]
        jaeger = self._args.addons.jaeger
        if addon == "jaeger" and isinstance(jaeger, InstalledJaeger):
            volume = trace_volume(jaeger, self._args.addons.namespace)
            options = child_options(self, self._opts)
            return [kubernetes_object(f"{self._name}-{addon}-traces", volume, opts=options)] if volume else []
        return []

    def _secret(self, addon: str, secret: str, key: str, more: Mapping[str, str]) -> pulumi.Resource:
        """A Secret with a random text in `key`; the text is in the state in encrypted form only."""
        # Only where there is something to make, because the SDK takes its time.
        from pulumi_random import RandomPassword  # noqa: PLC0415

        options = child_options(self, self._opts)
        # Letters and digits only, which no header, shell or URL changes.
        text = RandomPassword(f"{self._name}-{addon}-random", length=PASSWORD_LENGTH, special=False, opts=options)
        metadata = {"name": secret, "namespace": self._args.addons.namespace, "labels": COMMON_LABELS}
        manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
        return kubernetes_secret(
            f"{self._name}-{addon}-secret", {**manifest, "stringData": {**more, key: text.result}}, opts=options
        )
