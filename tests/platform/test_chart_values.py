"""Which Helm values the program sets, and how what a stack adds goes on top of them."""

from typing import Any

import pytest

from components.base.values import base_values
from components.control_plane.values import istiod_values
from components.gateways.values import gateway_values
from components.platform.chart_values import chart_values, known_values, leaves
from components.settings.lookup import field_at, keys_of
from components.settings.mesh import MeshSettings
from tests.support.stacks import DEMO, PRODUCTION, demo_with, settings_of, with_changes

PLACE: dict[str, object] = {
    "topologySpreadConstraints": [{"topologyKey": "topology.kubernetes.io/zone"}],
    "tolerations": [{"operator": "Exists"}],
    "nodeSelector": {"pool": "mesh"},
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    "priorityClassName": "mesh",
}
PORTS = [8443]
FULL: dict[str, Any] = {
    "istio": {
        "version": "1.30.3",
        "hub": "registry.example.com/istio",
        "variant": "distroless",
        "imagePullPolicy": "IfNotPresent",
        "imagePullSecrets": ["registry"],
        "compatibilityVersion": "1.29",
        "platform": "k3d",
    },
    "proxy": {
        "logLevel": "info",
        "includeIPRanges": ["10.0.0.0/8"],
        "excludeIPRanges": ["10.1.0.0/16"],
        "includeInboundPorts": [80],
        "excludeInboundPorts": PORTS,
        "includeOutboundPorts": [80],
        "excludeOutboundPorts": PORTS,
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
    },
}
"""Everything at once, on top of a stack."""


def full(document: dict[str, Any]) -> MeshSettings:
    """The settings of `document` with everything set that can be."""
    document = document | FULL
    more: dict[str, object] = {
        "meshConfig.defaultConfig.holdApplicationUntilProxyStarts": False,
        "controlPlane.logLevel": "default:info",
        "controlPlane.logAsJson": True,
        "controlPlane.networkPolicy": {"enabled": True},
        # Beside the policies of the program that of the chart is refused.
        "networkPolicies": {"enabled": False},
        "controlPlane.env": {"PILOT_PUSH_THROTTLE": "100"},
        "controlPlane.extraArgs": ["--kubernetesApiQPS=100"],
        "gateways.ingressgateway.labels": {"team": "edge"},
        "gateways.ingressgateway.service": {
            "type": "LoadBalancer",
            "annotations": {"a.example.com/b": "c"},
            "loadBalancerClass": "example.com/nlb",
            "loadBalancerSourceRanges": ["203.0.113.0/24"],
            "externalTrafficPolicy": "Local",
        },
    }
    more |= {
        f"{where}.{key}": value for where in ("controlPlane", "gateways.ingressgateway") for key, value in PLACE.items()
    }
    document = with_changes(document, more)
    return settings_of(document)


def emitted(mesh: MeshSettings) -> dict[str, dict[str, object]]:
    """The Helm values of every chart for `mesh`."""
    return {
        "base": chart_values(mesh.istio, "base", base_values(mesh.control_plane.namespace)),
        "istiod": chart_values(mesh.istio, "istiod", istiod_values(mesh.control_plane, mesh.mesh_config, mesh.proxy)),
        "gateway": chart_values(
            mesh.istio, "gateway", gateway_values("ingressgateway", mesh.gateways["ingressgateway"])
        ),
    }


EMITTED = [emitted(full(document)) for document in (DEMO, PRODUCTION)]


@pytest.mark.parametrize("chart", known_values())
def test_the_table_of_values_is_what_the_program_sets(chart: str) -> None:
    owned = known_values()[chart].owned
    paths = {path for values in EMITTED for path, _ in leaves(values[chart])}
    unlisted = sorted(".".join(path) for path in paths if not any(path[: len(row)] == row for row in owned))
    assert not unlisted, "extraValues could replace them, and check-charts does not look for them: chart_values.yaml"
    unused = sorted(".".join(row) for row in owned if not any(path[: len(row)] == row for path in paths))
    assert not unused, "extraValues is refused something that no setting decides about"


@pytest.mark.parametrize(
    "setting", sorted({one for known in known_values().values() for one in known.owned.values() if one})
)
def test_the_setting_that_a_refusal_names_exists(setting: str) -> None:
    path = tuple(setting.split("."))
    known = path[0] in keys_of(MeshSettings) if len(path) == 1 else field_at(MeshSettings, path)
    assert known, "the message sends its reader there"


def test_extra_values_are_added_to_the_programs_own() -> None:
    mesh = demo_with("istio.extraValues.istiod", {"global": {"proxy": {"privileged": True}}, "podLabels": {"a": "b"}})
    values: Any = emitted(mesh)["istiod"]
    assert values["global"]["proxy"]["privileged"] is True, "what has no setting can still be set"
    assert values["global"]["proxy"]["resources"], "beside what the program sets"
    assert values["podLabels"] == {"a": "b"}, "also at the top"


def test_every_chart_gets_its_own_extra_values_only() -> None:
    values = emitted(demo_with("istio.extraValues.gateway", {"minReadySeconds": 5}))
    assert [chart for chart, one in values.items() if "minReadySeconds" in one] == ["gateway"], "the charts differ"


def test_the_registry_is_given_to_each_chart_in_its_own_form() -> None:
    istiod, gateway = (EMITTED[0][chart] for chart in ("istiod", "gateway"))
    shared: Any = istiod["global"]
    assert (shared["hub"], shared["imagePullSecrets"]) == ("registry.example.com/istio", ["registry"]), "names"
    assert gateway["imagePullSecrets"] == [{"name": "registry"}], "the gateway chart copies them into the pod"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (
            "istio.extraValues.istiod.envVarFrom",
            [{"name": "A_TOKEN", "valueFrom": {"secretKeyRef": {"name": "a", "key": "token"}}}],
        ),
        (
            "istio.extraValues.istiod.jwksResolverExtraRootCA",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        ),
        ("controlPlane.env.TOKEN_AUDIENCES", "istio-ca"),
        ("meshConfig.defaultConfig.proxyMetadata.DB_PASSWORD_FILE", "/etc/db/password"),
    ],
)
def test_the_name_of_a_secret_and_what_is_public_may_be_written(path: str, value: object) -> None:
    assert demo_with(path, value).profile, "only what whoever reads it could use is refused"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("istio.extraValues.gateway", {"podAnnotations": {"a": "b"}, "networkGatewayPorts": []}),
        ("istio.extraValues.istiod.global.pilotCertProvider", "istiod"),
        ("namespaces.ambient", {"labels": {"istio.io/dataplane-mode": "ambient"}}),
    ],
)
def test_what_the_charts_take_is_taken(path: str, value: object) -> None:
    assert demo_with(path, value).profile, "a twin of what is refused, one word away"
