"""The committed stacks as a whole: what they deploy, and what they tell."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.program.stack_program import OWN_STACKS, deployed, run_stack
from tests.support.engine import SERVICE, Cluster, Recorder
from tests.support.stacks import ROOT, STACKS

SNAPSHOTS = Path(__file__).parent / "snapshots"

every_stack = pytest.mark.parametrize("stack", [*STACKS, *sorted(one.stem for one in OWN_STACKS.glob("*.yaml"))])


def snapshot_of(engine: Recorder) -> str:
    """Everything that a stack deploys, as text that compares well."""
    resources = {f"{one.type} {one.name}": one.inputs for one in engine.registrations if one.custom}
    document = {"resources": dict(sorted(resources.items())), "outputs": engine.exports}
    return yaml.safe_dump(document, sort_keys=False, width=120)


@every_stack
def test_a_stack_deploys_what_its_snapshot_says(stack: str, *, update_snapshots: bool) -> None:
    text = snapshot_of(deployed(stack))
    path = SNAPSHOTS / f"{stack}.yaml"
    if update_snapshots:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), (
        "this change alters what is deployed; if that is meant, run `pytest tests/program --update-snapshots` and "
        "review the difference"
    )


@every_stack
def test_a_snapshot_holds_no_path_of_this_machine(stack: str) -> None:
    text = (SNAPSHOTS / f"{stack}.yaml").read_text(encoding="utf-8")
    assert str(ROOT) not in text, "the next machine would see a difference"
    assert str(Path.home()) not in text, "the next machine would see a difference"


@every_stack
def test_every_resource_goes_through_the_provider_of_the_stacks_cluster(stack: str) -> None:
    engine = deployed(stack)
    provider = engine.named("cluster").urn
    stray = [
        one.name
        for one in [*engine.registrations, *engine.reads]
        if one.custom and one.urn != provider and not one.provider.startswith(f"{provider}::")
    ]
    assert not stray, "the default provider is whatever cluster the shell points to"


def test_the_outputs_tell_version_profile_how_each_gateway_is_reached_and_what_to_do_next() -> None:
    assert deployed("dev").exports == {
        "meshVersion": "1.30.3",
        "profile": "demo",
        "gateways": {
            "ingressgateway": {
                "namespace": "istio-ingress",
                "host": "203.0.113.7",
                "ports": {"http2": 80},
                "url": "http://203.0.113.7",
            },
        },
        "nextSteps": [
            "Ask the sample through ingressgateway: curl http://203.0.113.7/productpage",
            "See what a change would do: pulumi preview",
        ],
    }, "this is what a user tries next, and what other stacks read"


def test_the_address_of_a_gateway_is_that_of_its_own_service() -> None:
    (service,) = run_stack("dev").of_type(SERVICE)
    found = service.inputs["metadata"]
    assert (found["namespace"], found["name"]) == ("istio-ingress", "ingressgateway"), "the release names it so"


def test_a_first_preview_does_not_need_the_service_of_a_gateway() -> None:
    class Unborn(Cluster):
        def new_resource(self, args: Any) -> tuple[str, dict[str, Any]]:
            identifier, state = super().new_resource(args)
            # In a preview a release has no status yet.
            return identifier, {key: value for key, value in state.items() if key != "status"}

    engine = run_stack("dev", preview=True, cluster=Unborn())
    assert "meshVersion" not in engine.exports, "the outputs as a whole are unknown before the first deployment"
    assert engine.of_type(SERVICE), "it is still planned to wait for it, for the deployment itself"
