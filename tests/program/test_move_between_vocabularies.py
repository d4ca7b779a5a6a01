"""One object, whether it is given in its own field names or comes from a service: the same resource for Pulumi."""

from typing import Any

from components.resources.specs import resource_manifest, role_of
from components.services.specs import derived
from tests.support.stacks import DEMO, settings_of

SERVICE: dict[str, Any] = {"namespace": "bookinfo", "port": 8080, "timeout": "5s"}
RAW: dict[str, Any] = {
    "apiVersion": "networking.istio.io/v1beta1",
    "kind": "VirtualService",
    "metadata": {"name": "cart", "namespace": "bookinfo"},
    "spec": {"hosts": ["cart"], "http": [{"route": [{"destination": {"host": "cart"}}], "timeout": "5s"}]},
}


def test_an_object_that_moves_from_services_to_resources_stays_the_same_resource() -> None:
    intent = settings_of({**DEMO, "services": {"cart": SERVICE}})
    raw = settings_of({**DEMO, "resources": [RAW]})
    before = [role_of(one.manifest) for one in derived(intent)]
    after = [role_of(resource_manifest(one, raw.istio.version)) for one in raw.resources]
    assert before == after, "as two resources the new one would be made while the old one is still in the cluster"
