"""A prepared target with a small program in Pulumi's place."""

from pathlib import Path

import pytest

from lab.layout import LabLayout
from lab.pulumi import BUNDLE, Target, lab_target
from tests.lab_unit.programs import script

STACK_FILE = "config: {'istio-mesh:mesh': {profile: demo, istio: {version: '1.30.3'}}}\n"
VERSIONS = {"pulumi-resource-kubernetes": "4.26.0", "pulumi-resource-random": "4.21.4"}
# Says what it was given; makes the stack's file as Pulumi does, unless it is told to refuse.
FAKE = """
echo "$@" >> "$(dirname "$0")/calls"
case "$*" in
"stack init broken"*) echo "error: no backend" >&2; exit 255 ;;
"stack init"*)
    folder="${PULUMI_BACKEND_URL#file://}/.pulumi/stacks/istio-mesh"
    mkdir -p "$folder"
    touch "$folder/$3.json" ;;
"stack output"*) echo '{"profile": "demo"}' ;;
"exit"*) exit 3 ;;
esac"""


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A prepared target in a checkout with the stacks dev and prod."""
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    (tmp_path / "tools").mkdir()
    names = (*BUNDLE, *VERSIONS, "kubectl")
    programs = {name: script(tmp_path / "tools" / name, FAKE) for name in names}
    for stack in ("dev", "prod", "broken"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(STACK_FILE)
    target = lab_target(LabLayout("unit", tmp_path), "1.29.1")
    target.prepare({**programs, "istio-charts": tmp_path}, VERSIONS)
    return target


def calls(target: Target) -> list[str]:
    """The command lines that Pulumi was given so far."""
    log = target.program.with_name("calls")
    return log.read_text().splitlines() if log.exists() else []
