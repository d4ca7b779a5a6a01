"""`mesh cert self-signed` with the real pulumi: what is stored can be read again, by those who may."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from lab.tools import ensure_tools
from operations.cert.make import server_pair
from operations.cert.store import keep_as_configuration
from operations.lab.programs import PULUMI_TOOLS

pytestmark = pytest.mark.lab


def test_what_is_stored_is_encrypted_and_can_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ensure_tools(PULUMI_TOOLS)["pulumi"].path.parent
    (tmp_path / "backend").mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PULUMI_BACKEND_URL", (tmp_path / "backend").as_uri())
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "for this test")
    monkeypatch.setattr("operations.cert.store.CHECKOUT", tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: istio-mesh\nruntime: python\n")
    stack = tmp_path / "Pulumi.dev.yaml"
    stack.write_text(yaml.safe_dump({"config": {"istio-mesh:mesh": {"profile": "demo"}}}))

    def pulumi(*arguments: str) -> str:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    pulumi("stack", "init", "dev")
    pair = server_pair(["shop.example.com"], 7)
    keep_as_configuration({"shop-cert": pair.certificate, "shop-key": pair.key}, "dev", replace=False)
    assert list(yaml.safe_load(stack.read_text())["config"]["istio-mesh:shop-key"]) == ["secure"], "encrypted"
    assert pair.key.splitlines()[1] not in stack.read_text(), "and not in clear beside it"
    assert pulumi("config", "get", "shop-key", "--stack=dev").strip() == pair.key.strip(), "whole, with its lines"
