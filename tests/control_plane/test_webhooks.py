"""The webhooks of istiod, and how to tell that they answer."""

import json

import pytest

from components.control_plane.webhooks import CA_BUNDLE, FAIL_CLOSED, Revision, wait_for


@pytest.mark.parametrize(
    ("namespace", "revision", "validator", "injector"),
    [
        ("istio-system", "", "istio-validator-istio-system", "istio-sidecar-injector"),
        ("istio-system", "1-30", "istio-validator-1-30-istio-system", "istio-sidecar-injector-1-30"),
        ("mesh", "", "istio-validator-mesh", "istio-sidecar-injector-mesh"),
        ("mesh", "1-30", "istio-validator-1-30-mesh", "istio-sidecar-injector-1-30-mesh"),
    ],
)
def test_webhooks_are_named_as_the_chart_names_them(
    namespace: str, revision: str, validator: str, injector: str
) -> None:
    named = Revision(namespace=namespace, name=revision)
    assert (named.validator, named.injector) == (validator, injector), "a wait for another name would never end"


def test_the_conditions_are_written_as_the_provider_reads_them() -> None:
    annotations = wait_for([CA_BUNDLE, FAIL_CLOSED], version="1.30.3")
    assert json.loads(annotations["pulumi.com/waitFor"]) == [
        "jsonpath={.webhooks[0].clientConfig.caBundle}",
        "jsonpath={.webhooks[0].failurePolicy}=Fail",
        "jsonpath={.metadata.annotations['istio-mesh/awaited-version']}=1.30.3",
    ], "a list of conditions is JSON, each with the prefix of its kind, and an object as it was before fulfils none"


def test_a_new_version_of_istiod_is_waited_for_again() -> None:
    assert wait_for([CA_BUNDLE], version="1.30.3") != wait_for([CA_BUNDLE], version="1.30.4"), (
        "the provider waits only when an object changes, and an upgrade may reset the webhooks"
    )
