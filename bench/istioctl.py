"""The same mesh for istioctl: what a stack installs, as an IstioOperator file."""

from pathlib import Path
from typing import Any

import yaml

from components.control_plane.environment import implied_environment
from components.control_plane.values import istiod_values
from components.gateways.settings import GatewaySettings
from components.gateways.values import gateway_values
from components.platform.chart_values import chart_values
from components.settings.mesh import MeshSettings
from lab.stack_file import read_settings

_SHARED = frozenset({"global", "meshConfig", "revision"})
"""Values of the chart istiod that istioctl gives to every chart; it takes the others below `pilot`."""


def write_operator(stack_file: Path, operator: Path) -> Path:
    """Write the IstioOperator file of a stack, and return its path.

    Raises:
        LabError: the stack file is none, or its settings are wrong.
    """
    operator.write_text(yaml.safe_dump(istio_operator(read_settings(stack_file))), encoding="utf-8")
    return operator


def istio_operator(settings: MeshSettings) -> dict[str, Any]:
    """What makes istioctl install base, istiod and the gateway of `settings` with the program's own values.

    istioctl has one set of values for all ingress gateways, in the keys of its own older chart
    (manifests/charts/gateways/istio-ingress of Istio 1.29), so only a stack with one gateway is the same mesh.

    Raises:
        ValueError: the stack has several gateways, or none.
    """
    ((name, gateway),) = settings.gateways.items()
    own = istiod_values(settings.control_plane, settings.mesh_config, settings.proxy, implied_environment(settings))
    istiod = chart_values(settings.istio, "istiod", own)
    return {
        "apiVersion": "install.istio.io/v1alpha1",
        "kind": "IstioOperator",
        "spec": {
            "profile": "empty",
            "namespace": settings.control_plane.namespace,
            "components": {
                "base": {"enabled": True},
                "pilot": {"enabled": True},
                "ingressGateways": [{"name": name, "namespace": gateway.namespace, "enabled": True}],
            },
            "values": {
                **{key: value for key, value in istiod.items() if key in _SHARED},
                "pilot": {key: value for key, value in istiod.items() if key not in _SHARED},
                "gateways": {"istio-ingressgateway": _gateway(settings, name, gateway)},
            },
        },
    }


def _gateway(settings: MeshSettings, name: str, gateway: GatewaySettings) -> dict[str, Any]:
    values: dict[str, Any] = chart_values(settings.istio, "gateway", gateway_values(name, gateway))
    return {
        "autoscaleEnabled": values["autoscaling"]["enabled"],
        "replicaCount": values["replicaCount"],
        "resources": values["resources"],
        "ports": values["service"]["ports"],
    }
