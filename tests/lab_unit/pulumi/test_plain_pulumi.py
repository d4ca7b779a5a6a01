"""The `pulumi` that a target puts on PATH."""

import os
import subprocess
from pathlib import Path

import pytest

from lab.plain_pulumi import main
from lab.pulumi import BUNDLE, Target
from tests.lab_unit.programs import script
from tests.lab_unit.pulumi.conftest import FAKE, STACK_FILE, VERSIONS, calls


def test_plain_pulumi_is_the_real_one_with_the_generated_file_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    (folder / "tools").mkdir(parents=True)
    (folder / "Pulumi.dev.yaml").write_text(STACK_FILE)
    target = Target(folder / "it's a target", "kubeconfig", {}, folder)
    target.prepare({name: script(folder / "tools" / name, FAKE) for name in (*BUNDLE, *VERSIONS)}, VERSIONS)
    state = (target.folder / "pulumi" / "state").as_uri()
    env = {**os.environ, "PULUMI_BACKEND_URL": state}
    subprocess.run((str(target.bin / "pulumi"), "up", "-s", "dev", "two words"), env=env, check=True)
    assert calls(target)[-1] == f"up -s dev two words --config-file={target.project}/Pulumi.dev.yaml"


def test_plain_pulumi_tells_an_error_without_a_traceback(target: Target) -> None:
    with pytest.raises(SystemExit) as ended:
        main(str(target.folder), ["up", "-s", "nope"])
    assert ended.value.code == (
        "error: Pulumi.nope.yaml: there is no such stack file. The stacks here are: broken, dev, prod. [MESH-001]"
    ), "Python prints it to stderr, and exits with 1"
