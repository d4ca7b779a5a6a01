"""Names, ports and files of a lab."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import CHECKOUT, LabLayout, port_is_free, write_atomically


@pytest.mark.parametrize("name", ["lab", "a", "test-1", "0", "a" * 32])
def test_a_dns_label_names_a_lab(name: str, tmp_path: Path) -> None:
    assert LabLayout(name, tmp_path).root.name == name, "the lab's folder has the lab's name"


@pytest.mark.parametrize("name", ["", "Lab", "-lab", "lab-", "a/b", "..", "a b", "lab\n", "a" * 33])
def test_another_name_is_refused_with_the_rule(name: str, tmp_path: Path) -> None:
    with pytest.raises(LabError) as refused:
        LabLayout(name, tmp_path)
    assert str(refused.value) == (
        f"lab name {name!r}: must be a DNS label of at most 32 characters. "
        "Use lower-case letters, digits and '-', for example 'test-1'."
    )


def test_a_use_keeps_its_port(layout: LabLayout) -> None:
    assert layout.port("etcd") == LabLayout("unit", layout.checkout).port("etcd"), "another process gets the same port"


def test_two_uses_never_share_a_port(layout: LabLayout) -> None:
    ports = [layout.port(f"use-{number}") for number in range(20)]
    assert len(set(ports)) == len(ports), "every use has a port of its own"


def test_two_labs_of_a_checkout_never_share_a_port_even_while_neither_listens(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = LabLayout("other", layout.checkout)
    draws = iter([20_001, 20_001, 20_002])

    def draw(*_: object) -> int:
        return next(draws)

    def nobody_listens(_port: int) -> bool:
        return True

    monkeypatch.setattr("lab.layout.random.SystemRandom.randrange", draw)
    monkeypatch.setattr("lab.layout.port_is_free", nobody_listens)
    assert (layout.port("etcd"), other.port("etcd")) == (20_001, 20_002), "one of them would not come up again"


def test_a_lab_gets_ports_beside_another_one_whose_file_of_ports_is_damaged(layout: LabLayout) -> None:
    other = LabLayout("other", layout.checkout)
    other.root.mkdir()
    (other.root / "ports.json").write_text('{"etcd": 2')
    assert layout.port("etcd"), "that is not its concern"


def test_ports_of_an_owner_are_found_by_the_port_that_they_play(layout: LabLayout) -> None:
    layout.port("ns/other:80")
    assert layout.ports_of("ns/gateway") == {}, "nothing was asked for yet"
    assert layout.ports_of("ns/other") == {80: layout.port("ns/other:80")}, "only the owner's ports, by port"


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port_is_free(taken.getsockname()[1]), "another program would get the part's requests"


def test_two_processes_that_ask_at_once_lose_no_port(layout: LabLayout) -> None:
    code = (
        "import sys; from pathlib import Path; from lab.layout import LabLayout\n"
        "layout = LabLayout('unit', Path(sys.argv[1]))\n"
        "for number in range(15): layout.port(f'{sys.argv[2]}-{number}')"
    )
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(layout.checkout), name], env=env) for name in ("one", "two")
    ]
    assert [process.wait(30) for process in started] == [0, 0], "both must get their ports"
    ports = layout.ports()
    assert len(ports) == len(set(ports.values())) == 30, "no port is lost, and none is given twice"


def test_a_damaged_file_of_ports_is_named_with_the_fix(layout: LabLayout) -> None:
    book = layout.root / "ports.json"
    book.write_text('{"etcd": 2')
    with pytest.raises(LabError) as damaged:
        layout.port("etcd")
    assert str(damaged.value) == (
        f"{book}: is damaged. Let the lab 'unit' take new ports: './mesh lab down', './mesh lab up'."
    )


def test_the_socket_of_a_deep_checkout_can_be_bound_from_the_labs_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = LabLayout("unit", tmp_path / ("deep" * 10) / ("deeper" * 10))
    layout.root.mkdir(parents=True)
    assert len(bytes(layout.socket)) > 108, "the whole path is longer than any system takes for a socket"
    monkeypatch.chdir(layout.root)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(layout.socket.name)
        assert layout.socket.is_socket(), "bound by its name, it lies in the lab's folder"


def test_the_lock_lies_beside_the_folder_that_may_be_deleted_under_it(layout: LabLayout) -> None:
    assert layout.root not in layout.lock.parents, "else two commands could hold it, one of them a deleted file"


def test_a_written_file_has_the_mode_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("old")
    (tmp_path / "secret").chmod(0o666)
    write_atomically(tmp_path / "secret", "new", mode=0o600)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600, "an older file's mode must not stay"


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ports.json"
    path.write_text(json.dumps({"etcd": 1}))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "{}")
    assert json.loads(path.read_text()) == {"etcd": 1}, "the old content is whole"
    assert list(tmp_path.iterdir()) == [path], "nothing half-written stays"
