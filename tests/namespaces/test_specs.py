"""Which namespaces the mesh has, and their labels."""

from components.namespaces.settings import Injection, NamespaceSettings
from components.namespaces.specs import mesh_namespaces, namespace_labels
from tests.support.stacks import DEMO, demo_with, settings_of


def test_the_namespaces_of_istiod_and_gateways_need_no_declaration() -> None:
    assert list(mesh_namespaces(settings_of(DEMO))) == ["istio-system", "istio-ingress", "bookinfo"], (
        "nobody should have to write down what follows from the rest"
    )


def test_a_declared_namespace_keeps_its_settings_when_it_is_implied_as_well() -> None:
    settings = demo_with("namespaces.istio-ingress", {"labels": {"team": "edge"}})
    assert mesh_namespaces(settings)["istio-ingress"].labels == {"team": "edge"}, "the stack knows better"


def test_injection_becomes_istios_label() -> None:
    labels = namespace_labels(NamespaceSettings(injection=Injection.ENABLED))
    assert labels["istio-injection"] == "enabled", "the injector selects namespaces by this label"


def test_without_a_choice_there_is_no_injection_label() -> None:
    assert "istio-injection" not in namespace_labels(NamespaceSettings()), (
        "the pods of a gateway ask for injection themselves, which a label on the namespace would overrule"
    )


def test_labels_of_the_stack_are_added() -> None:
    assert namespace_labels(NamespaceSettings(labels={"team": "edge"}))["team"] == "edge", "policies select by them"
