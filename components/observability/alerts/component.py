"""Alerts as resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.observability.alerts.routing import configuration_secret, configuration_text, named_keys
from components.observability.alerts.settings import AlertsSettings
from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object, kubernetes_secret
from components.settings.secrets import Secrets


@dataclass(frozen=True, kw_only=True)
class AlertRulesArgs:
    """What `AlertRules` needs: PrometheusRules by role."""

    rules: Mapping[str, Manifest]


class AlertRules(pulumi.ComponentResource):
    """Has Prometheus record what dashboards and alerts share, and alert on the mesh."""

    def __init__(self, name: str, args: AlertRulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:AlertRules", name, {}, opts)
        for role, manifest in args.rules.items():
            kubernetes_object(f"{name}-{role}", manifest, opts=child_options(self, opts))
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class AlertRoutingArgs:
    """What `AlertRouting` needs: the receivers with their routes, the namespace of Alertmanager, and what keys hold."""

    alerts: AlertsSettings
    namespace: str
    secrets: Secrets


class AlertRouting(pulumi.ComponentResource):
    """Tells Alertmanager who is to know what, in a Secret that its operator reads."""

    def __init__(self, name: str, args: AlertRoutingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:AlertRouting", name, {}, opts)
        values = pulumi.Output.all(**{key: args.secrets[key] for key in named_keys(args.alerts)})
        content = values.apply(lambda found: configuration_text(args.alerts, found))
        manifest = configuration_secret(args.namespace, content)
        kubernetes_secret(f"{name}-configuration", manifest, opts=child_options(self, opts))
        self.register_outputs({})
