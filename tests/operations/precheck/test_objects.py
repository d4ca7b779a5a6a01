"""The rights that are asked about are those of everything that the program registers."""

import pytest

from operations.precheck.documents import Right
from operations.precheck.objects import plural
from operations.precheck.rights import needed_rights
from tests.program.stack_program import OWN_STACKS, deployed
from tests.support.documents import document
from tests.support.engine import RELEASE
from tests.support.stacks import ROOT, STACKS, settings_of, stack_config

EXAMPLES = ("observability", "calls", "authorization", "jwt", "gateway-api", "raw", "tracing")


def mesh_of(stack: str) -> dict[str, object]:
    """The mesh object of a committed stack, of one of the tests, or of an example."""
    own = OWN_STACKS / f"{stack}.yaml"
    if own.exists():
        return document(own)
    example = ROOT / "examples" / f"Pulumi.{stack}.yaml"
    config = document(example)["config"] if example.exists() else stack_config(stack)
    return config["istio-mesh:mesh"]


@pytest.mark.parametrize("stack", [*STACKS, *sorted(one.stem for one in OWN_STACKS.glob("*.yaml")), *EXAMPLES])
def test_every_object_of_the_program_is_asked_about(stack: str) -> None:
    registered = [
        one for one in deployed(stack).registrations if one.custom and one.type.startswith("kubernetes:") and one.inputs
    ]
    objects = [one for one in registered if one.type != RELEASE and "kind" in one.inputs]
    wanted: set[Right] = set()
    for one in objects:
        group, resource = plural(one.inputs)
        namespace = one.inputs["metadata"].get("namespace", "")
        for verb in ("patch",) if one.type.endswith("Patch") else ("create", "patch", "delete"):
            wanted.add(Right(group=group, resource=resource, namespace=namespace, verb=verb))
    assert objects, "otherwise nothing is compared"
    unasked = sorted(map(str, wanted - set(needed_rights(settings_of(mesh_of(stack))))))
    assert unasked == [], "a user without this right would be told that all may be created"


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("v1", "ConfigMap", ("", "configmaps")),
        ("networking.k8s.io/v1", "NetworkPolicy", ("networking.k8s.io", "networkpolicies")),
        ("gateway.networking.k8s.io/v1", "Gateway", ("gateway.networking.k8s.io", "gateways")),
        ("networking.istio.io/v1", "ServiceEntry", ("networking.istio.io", "serviceentries")),
    ],
)
def test_a_kind_has_the_name_that_rights_call_it_by(api_version: str, kind: str, expected: tuple[str, str]) -> None:
    assert plural({"apiVersion": api_version, "kind": kind}) == expected, "a right to another name would be no right"
