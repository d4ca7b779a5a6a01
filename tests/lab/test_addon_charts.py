"""Charts of addons from a repository on loopback, in the shape of the official ones, by the way of `./mesh lab up`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.observability.addons.charts import catalog
from lab.monitoring import run_monitoring
from lab.stack_file import MESH_KEY
from operations.lab.addon_charts import addon_source
from operations.lab.up import bring_up
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.observability.addons.stack import ALL
from tests.operations.charts.servers import HelmSite, serving
from tests.support.official_shape import DESCRIPTION, official_archives
from tests.support.stacks import ROOT

pytestmark = pytest.mark.lab

NAMESPACE = "observability"


@pytest.fixture(scope="module")
def site(lab: Lab) -> Iterator[HelmSite]:
    """The repository."""
    site = HelmSite()
    site.add(official_archives(lab.programs["prometheus-operator-crds"]))
    with serving(site):
        yield site


@pytest.fixture(scope="module")
def stack(lab: Lab, site: HelmSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The dev stack with every addon, deployed with the repository's charts."""
    mesh: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"][MESH_KEY]
    with pytest.MonkeyPatch.context() as patched:
        # The user's own cache is no place for charts of a test.
        patched.setattr("operations.lab.addon_charts.cache_root", lambda: tmp_path_factory.mktemp("cache"))
        bring_up(lab.layout, lab.tools, addon_source(f"{site.address}/charts"))
    own = OwnStack(lab, tmp_path_factory.mktemp("stack"), "addon-charts", mesh | {"addons": ALL})
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        yield own
    finally:
        gone = own.destroy()
        lab.up()  # The stand-ins are back.
    assert gone.returncode == 0, f"{gone.stdout}\n{gone.stderr}"


def test_the_charts_of_the_repository_are_those_that_are_deployed(stack: OwnStack, site: HelmSite) -> None:
    exported = json.loads(stack.pulumi("stack", "export").stdout)["deployment"]["resources"]
    releases = [one["outputs"] for one in exported if one["type"] == "kubernetes:helm.sh/v3:Release"]
    folder = Path(str(stack.lab.layout.charts))
    deployed = {Path(one["chart"]).name for one in releases if Path(one["chart"]).parent == folder}
    files = {f"{entry.chart}-{entry.version}.tgz" for entry in catalog().values()}
    assert files <= deployed, f"the lab's folder is where stacks take charts from: {deployed}"
    served = {file: site.pages[f"/charts/files/{file}"] for file in files}
    assert {file: (folder / file).read_bytes() for file in files} == served, f"not stand-ins, but: {DESCRIPTION}"


def test_the_hooks_of_official_charts_leave_nothing_that_runs(stack: OwnStack) -> None:
    jobs = stack.lab.kubectl("get", "jobs,pods", f"--namespace={NAMESPACE}", "--output=name").stdout.split()
    assert [one for one in jobs if re.search("admission|test", one)] == [], (
        "the webhook is off, and tests run on demand"
    )
    assert any("kube-prometheus-stack-operator" in one for one in jobs), "the operator itself is there"


def test_monitoring_runs_what_an_official_chart_makes(stack: OwnStack) -> None:
    running = run_monitoring(stack.lab.layout, stack.lab.programs, print)
    name = f"{NAMESPACE}/kube-prometheus-stack"
    assert list(running.prometheus) == [f"{name}-prometheus"], "found by its kind, under the official name"
    assert list(running.alertmanager) == [f"{name}-alertmanager"], "and Alertmanager beside it"


def test_a_second_deployment_with_these_charts_changes_nothing(stack: OwnStack) -> None:
    again = stack.up("--expect-no-changes")
    assert again.returncode == 0, f"archives of a repository are the same bytes each time:\n{again.stdout}"
