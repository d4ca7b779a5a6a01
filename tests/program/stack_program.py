"""Runs the whole program for a committed stack, with a cluster that is only named."""

import gc
import json
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import set_all_config

from components.platform import preflight
from components.platform.kubeconfig import ClusterAccess
from components.settings.mesh import MeshSettings
from tests.support.access import access
from tests.support.documents import document
from tests.support.engine import Cluster, Recorder, run
from tests.support.stacks import ROOT, stack_config

OWN_STACKS = Path(__file__).parent / "stacks"
"""Stacks of the tests alone: the `mesh` of each."""


@cache
def deployed(stack: str) -> Recorder:
    """What a deployment of `stack` asks of the engine; one recording for all tests, which only read it."""
    return run_stack(stack)


def _config(stack: str) -> dict[str, Any]:
    own = OWN_STACKS / f"{stack}.yaml"
    if own.exists():
        return {"istio-mesh:mesh": document(own)}
    example = ROOT / "examples" / f"Pulumi.{stack}.yaml"
    return document(example)["config"] if example.exists() else stack_config(stack)


def run_stack(stack: str, *, preview: bool = False, cluster: Cluster | None = None) -> Recorder:
    """What __main__.py asks of the engine for `stack`."""

    def reachable(settings: MeshSettings, _source: str) -> ClusterAccess:
        return access(context=settings.cluster.context or "current", configured=settings.cluster.kubeconfig)

    def program() -> None:
        set_all_config({key: json.dumps(value) for key, value in _config(stack).items()})
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preflight, "preflight", reachable)
        try:
            return run(program, stack=stack, preview=preview, cluster=cluster)
        finally:
            gc.unfreeze()  # The program ends its process; here it is one of many.
