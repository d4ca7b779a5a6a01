"""What the lab's programs are started with, looked at all together."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lab.credentials import ensure_credentials
from lab.layout import CHECKOUT, LabLayout
from lab.parts import (
    Part,
    agent,
    etcd,
    kube_apiserver,
    kube_controller_manager,
    kube_scheduler,
    kwok,
    part_name,
    write_configuration,
)

PARTS = (agent, etcd, kube_apiserver, kube_controller_manager, kube_scheduler, kwok)
# Flags by which the programs listen; each must name loopback.
LISTENS = re.compile(r"--(bind-address|server-address|listen-(client|peer)-urls)=(.*)")
MakePart = Callable[[LabLayout, Path], Part]


def _name(part: MakePart) -> str:
    return getattr(part, "__name__", "part")


@pytest.mark.parametrize("make", PARTS, ids=_name)
def test_a_part_listens_on_loopback_only(make: MakePart, layout: LabLayout) -> None:
    part = make(layout, Path("program"))
    listening = [found[3] for argument in part.command if (found := LISTENS.fullmatch(argument))]
    # The agent has no such flag: its server's test looks at the address.
    assert listening or part.name == "agent", "a program without the flag would listen on every address"
    addresses = {address.removeprefix("http://").partition(":")[0] for address in listening}
    assert addresses <= {"127.0.0.1"}, "nobody on another machine may reach the lab"


@pytest.mark.parametrize("make", PARTS, ids=_name)
def test_the_ports_of_a_part_are_those_of_its_command(make: MakePart, layout: LabLayout) -> None:
    part = make(layout, Path("program"))
    missing = [port for port in part.ports.values() if not any(str(port) in one for one in part.command)]
    # The agent reads its port from the lab's folder.
    assert missing == ([] if part.name != "agent" else list(part.ports.values())), "status must tell the real ports"


def test_no_two_parts_share_a_port(layout: LabLayout) -> None:
    ports = [port for make in PARTS for port in make(layout, Path("program")).ports.values()]
    assert len(set(ports)) == len(ports) == 7, "etcd has two, every other part one"


@pytest.mark.parametrize("make", PARTS, ids=_name)
def test_a_part_is_asked_for_its_health_on_a_port_of_its_own(make: MakePart, layout: LabLayout) -> None:
    part = make(layout, Path("program"))
    assert any(f"://127.0.0.1:{port}/" in part.ready_url for port in part.ports.values()), part.ready_url


@pytest.mark.parametrize("make", PARTS, ids=_name)
def test_a_part_keeps_its_files_in_the_labs_folder(make: MakePart, layout: LabLayout) -> None:
    part = make(layout, Path("program"))
    foreign = [
        argument
        for argument in part.command[1:]
        if re.match(r"--[a-z-]+=/", argument) and str(layout.root) not in argument and str(CHECKOUT) not in argument
    ]
    assert foreign == [], "two labs must not write to the same place"


def test_the_agent_finds_its_code_whatever_folder_it_runs_in(layout: LabLayout) -> None:
    assert agent(layout, Path("program")).env == {"PYTHONPATH": str(CHECKOUT)}, "it runs in the lab's folder"


def test_the_api_server_reaches_webhooks_through_the_agents_socket(layout: LabLayout) -> None:
    ensure_credentials(layout.credentials)
    write_configuration(layout)
    written = yaml.safe_load((layout.root / "egress.yaml").read_text())
    by_name = {one["name"]: one["connection"] for one in written["egressSelections"]}
    assert by_name == {
        "cluster": {"proxyProtocol": "HTTPConnect", "transport": {"uds": {"udsName": "agent.sock"}}},
        "controlplane": {"proxyProtocol": "Direct"},
        "etcd": {"proxyProtocol": "Direct"},
    }, "only what goes to the cluster's network is proxied"
    command = kube_apiserver(layout, Path("program")).command
    assert f"--egress-selector-config-file={layout.root / 'egress.yaml'}" in command, "and the API server reads it"


def test_what_the_parts_read_is_for_the_owner_only_and_names_the_labs_server(layout: LabLayout) -> None:
    ensure_credentials(layout.credentials)
    write_configuration(layout)
    paths = [layout.kubeconfig, *layout.credentials.glob("*.kubeconfig")]
    assert len(paths) == 3, "administrator, controllers and scheduler have an identity each"
    servers = {yaml.safe_load(path.read_text())["clusters"][0]["cluster"]["server"] for path in paths}
    tokens = {yaml.safe_load(path.read_text())["users"][0]["user"]["token"] for path in paths}
    assert servers == {f"https://127.0.0.1:{layout.port('kube-apiserver')}"}, "the port of this very lab"
    assert len(tokens) == 3, "no two identities share a token"
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}, "a token is a secret"


def test_a_new_port_of_the_api_server_gets_into_what_the_parts_read(layout: LabLayout) -> None:
    ensure_credentials(layout.credentials)
    write_configuration(layout)
    (layout.root / "ports.json").write_text('{"kube-apiserver": 12345}')
    write_configuration(layout)
    assert "server: https://127.0.0.1:12345" in layout.kubeconfig.read_text(), "down and up change the ports"


def test_parts_of_two_objects_have_two_names_wherever_their_own_have_hyphens() -> None:
    assert part_name("envoy", "a-b", "c") == "envoy-a-b.c", "the log and the ports are found by it"
    assert part_name("envoy", "a", "b-c") == "envoy-a.b-c", "joined by a hyphen, one would be taken for the other"
