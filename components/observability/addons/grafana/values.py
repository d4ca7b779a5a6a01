"""Helm values of the chart grafana."""

from collections.abc import Mapping

from components.observability.addons.grafana.settings import GrafanaDatabase, InstalledGrafana
from components.observability.addons.names import DASHBOARD_LABEL, GRAFANA_ADMIN_SECRET
from components.observability.addons.shared import placement

PASSWORD_VARIABLE = "GF_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable from which Grafana takes the password of its database (grafana.com/docs, "Override
configuration with environment variables")."""

FOLDER_ANNOTATION = "grafana_folder"
"""The annotation of a dashboard's ConfigMap that names its folder."""

Datasource = dict[str, object]


def grafana_values(
    grafana: InstalledGrafana, sources: list[Datasource], logins: Mapping[str, object]
) -> dict[str, object]:
    """Values of grafana, in the chart's own names; None stands for the chart's default.

    `logins` are the environment variables that `sources` name.
    Init containers and hooks that run as root, or only test, are off; the file system group gives access to the volume.
    """
    volume, database, budget = grafana.persistence, grafana.database, grafana.pod_disruption_budget
    (label, label_value), *_ = DASHBOARD_LABEL.items()
    return {
        "admin": {
            "existingSecret": GRAFANA_ADMIN_SECRET,
            "userKey": "admin-user",
            "passwordKey": "admin-password",
        },
        "replicas": grafana.replicas,
        "resources": grafana.resources.model_dump(by_alias=True),
        **placement(grafana),
        # With dashboards of all namespaces the chart lets Grafana read every Secret of the cluster (clusterrole.yaml).
        "rbac": {"namespaced": True},
        "testFramework": {"enabled": False},
        "initChownData": {"enabled": False},
        # A volume that one node has at a time cannot move to a new pod before the old one has gone.
        "deploymentStrategy": {"type": "Recreate"} if volume else None,
        "persistence": {"enabled": True, "size": volume.size, "storageClassName": volume.storage_class_name}
        if volume
        else None,
        "podDisruptionBudget": {"minAvailable": budget.min_available} if budget else None,
        "sidecar": {
            "dashboards": {
                "enabled": True,
                "label": label,
                "labelValue": label_value,
                "resource": "configmap",
                "folderAnnotation": FOLDER_ANNOTATION,
                "provider": {"foldersFromFilesStructure": True},
            }
        },
        "datasources": {"datasources.yaml": {"apiVersion": 1, "datasources": sources}} if sources else None,
        "grafana.ini": _ini(grafana),
        "envValueFrom": {**logins, **({PASSWORD_VARIABLE: _password(database)} if database else {})} or None,
    }


def _ini(grafana: InstalledGrafana) -> dict[str, object]:
    database = grafana.database
    return {
        "analytics": {"reporting_enabled": False, "check_for_updates": False, "check_for_plugin_updates": False},
        "auth.anonymous": {"enabled": True, "org_role": "Viewer"} if grafana.anonymous else None,
        "database": {
            "type": database.type.value,
            "host": database.host,
            "name": database.name,
            "user": database.user,
        }
        if database
        else None,
    }


def _password(database: GrafanaDatabase) -> dict[str, object]:
    return {"secretKeyRef": {"name": database.password_secret.name, "key": database.password_secret.key}}
