"""Stack files and settings for tests."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from components.settings.data_files import load_yaml
from components.settings.mesh import MeshSettings
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError

ROOT = Path(__file__).parents[2]
STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
"""The stacks that are committed: 'dev' for Pulumi.dev.yaml."""

DEMO: dict[str, Any] = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "namespaces": {"bookinfo": {"injection": "enabled"}},
    "gateways": {
        "ingressgateway": {
            "namespace": "istio-ingress",
            "servers": [{"port": 80, "protocol": "HTTP", "hosts": ["*"]}],
        }
    },
    "samples": {"bookinfo": {"namespace": "bookinfo", "gateway": "ingressgateway", "hosts": ["*"]}},
}
"""A small valid stack with one of everything."""

PRODUCTION: dict[str, Any] = DEMO | {
    "profile": "production",
    "cluster": {"context": "prod"},
    "gateways": {
        "ingressgateway": {
            "namespace": "istio-ingress",
            "servers": [{"port": 80, "protocol": "HTTP", "hosts": ["*.example.com"]}],
        }
    },
}
"""The same for production."""


def stack_config(stack: str) -> dict[str, Any]:
    """The configuration of a committed stack file."""
    return load_yaml((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]


def changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of `document` with `value` at the dotted `path`; numbers in the path are positions of a list."""
    return with_changes(document, {path: value})


def with_changes(document: dict[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """A copy of `document` with a value at each of the dotted paths, in their order."""
    copied = copy.deepcopy(document)
    for path, value in changes.items():
        node: Any = copied
        *parents, last = path.split(".")
        for part in parents:
            node = cast("Any", node[int(part)] if isinstance(node, list) else node.setdefault(part, {}))
        # A copy, because the next path may lead into it.
        node[int(last) if isinstance(node, list) else last] = copy.deepcopy(value)
    return copied


def stack_of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The small stack of a row's profile, which is demo unless it says so, with what the row sets."""
    return with_changes(PRODUCTION if row.get("profile") == "production" else DEMO, row["set"])


def settings_of(document: dict[str, Any]) -> MeshSettings:
    """The settings that `document` describes, profile included."""
    return parse_settings(json.dumps(document), "Pulumi.test.yaml")


def demo_with(path: str, value: object) -> MeshSettings:
    """The settings of the small demo stack with one change."""
    return settings_of(changed(DEMO, path, value))


def production_with(path: str, value: object) -> MeshSettings:
    """The settings of the small production stack with one change."""
    return settings_of(changed(PRODUCTION, path, value))


def refusals_of(mesh: object) -> list[str]:
    """What is said about a stack that has to be refused, a line for each problem."""
    with pytest.raises(SettingsError) as raised:
        parse_settings(json.dumps(mesh), "Pulumi.test.yaml")
    return str(raised.value).splitlines()
