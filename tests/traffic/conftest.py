"""Istio's own examples, where they are on this machine."""

import os
from pathlib import Path

import pytest

MODULES = Path(os.environ.get("GOMODCACHE") or Path(os.environ.get("GOPATH") or Path.home() / "go") / "pkg" / "mod")


@pytest.fixture(scope="session")
def istio() -> Path:
    """Istio's source, as Go downloaded it to build istiod."""
    found = sorted((MODULES / "istio.io").glob("istio@*"))
    if not found:
        pytest.skip("Istio's source is not in Go's module cache")
    return found[-1]
