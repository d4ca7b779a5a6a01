"""What the installed addons are called: names of releases, Services and Secrets, which are fixed (ADR 1)."""

ADDONS = ("prometheus", "grafana", "jaeger", "kiali")
"""The addons, in the order in which one stands on the other."""

STACK = "kube-prometheus-stack"
"""The release of Prometheus, Alertmanager and the operator; the chart prefixes its objects with it."""

PROMETHEUS_SERVICE = f"{STACK}-prometheus"
ALERTMANAGER_SERVICE = f"{STACK}-alertmanager"
OPERATOR_SERVICE = f"{STACK}-operator"

RELEASES = {"prometheus": STACK, "grafana": "grafana", "jaeger": "jaeger", "kiali": "kiali-server"}
"""The Helm release of each addon."""

TAKEN = {
    "prometheus": (STACK, PROMETHEUS_SERVICE, ALERTMANAGER_SERVICE, OPERATOR_SERVICE, "alertmanager-operated"),
    "grafana": ("grafana",),
    "jaeger": ("jaeger",),
    "kiali": ("kiali-server", "kiali"),
}
"""What the charts call their releases, Services and Deployments in the addons' namespace."""

GRAFANA_ADMIN_SECRET = "grafana-admin"  # noqa: S105 - the name of a Secret
"""The Secret with Grafana's first user, in the keys `admin-user` and `admin-password`."""

KIALI_SIGNING_SECRET = "kiali-signing-key"  # noqa: S105 - the name of a Secret
"""The Secret whose key `signing-key` signs the sessions of Kiali."""

DASHBOARD_LABEL = {"grafana_dashboard": "1"}
"""The label of ConfigMaps, of the addons' namespace, that Grafana loads as dashboards."""
