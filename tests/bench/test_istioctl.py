"""The mesh that istioctl installs for comparison."""

from bench.istioctl import istio_operator
from tests.support.stacks import DEMO, settings_of


def test_istioctl_installs_the_same_parts_in_the_same_namespaces() -> None:
    spec = istio_operator(settings_of(DEMO))["spec"]
    assert spec["namespace"] == "istio-system", "istiod's namespace"
    assert spec["components"] == {
        "base": {"enabled": True},
        "pilot": {"enabled": True},
        "ingressGateways": [{"name": "ingressgateway", "namespace": "istio-ingress", "enabled": True}],
    }, "an istioctl that installs more or less is no measure"


def test_istioctl_gets_the_values_of_the_program() -> None:
    values = istio_operator(settings_of(DEMO))["spec"]["values"]
    assert values["pilot"]["replicaCount"] == 1, "values of istiod lie below pilot there"
    assert values["global"]["istioNamespace"] == "istio-system", "shared values stay where they are"
    gateway = values["gateways"]["istio-ingressgateway"]
    assert [port["port"] for port in gateway["ports"]] == [15021, 80], "as many ports to open"
    assert (gateway["autoscaleEnabled"], gateway["replicaCount"]) == (False, 1), "as many pods to wait for"
