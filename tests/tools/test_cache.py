"""Where the cache is, and that what is in it is whole."""

from pathlib import Path

import pytest

from lab.tools.cache import Cache, cache_root
from lab.tools.machine import Machine
from lab.tools.model import Origin


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ISTIO_MESH_CACHE": "/own", "XDG_CACHE_HOME": "/xdg"}, "/own"),
        ({"XDG_CACHE_HOME": "/xdg"}, "/xdg/istio-mesh"),
        ({}, "/home/someone/.cache/istio-mesh"),
    ],
    ids=["the project's own variable", "the user's cache folder", "the home folder"],
)
def test_the_cache_lies_where_the_user_wants_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
):
    monkeypatch.setenv("HOME", "/home/someone")
    for name in ("ISTIO_MESH_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert cache_root() == Path(expected)


def test_a_tool_that_another_run_published_meanwhile_stays_as_it_is(tmp_path: Path):
    cache = Cache(tmp_path / "cache", Machine("linux", "amd64"))
    for text in ("first", "second"):
        with cache.workspace("own") as folder:
            (folder / "made").write_text(text)
            tool = cache.publish("saw", "1.2.3", folder / "made", Origin.GO)

    assert tool.path.read_text() == "first", "another process may be running it"
    assert cache.find("saw", "1.2.3") == tool


def test_a_workspace_starts_empty_whatever_a_killed_run_left_there(tmp_path: Path):
    cache = Cache(tmp_path / "cache", Machine("linux", "amd64"))
    left = tmp_path / "cache/tmp/own/abandoned/part"
    left.parent.mkdir(parents=True)
    left.touch()

    with cache.workspace("own") as folder:
        assert list(folder.parent.iterdir()) == [folder]
        assert list(folder.iterdir()) == []
