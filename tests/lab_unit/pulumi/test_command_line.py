"""What a command line of Pulumi says."""

import pytest

from lab.pulumi_command import needs_stack_file, stack_of


@pytest.mark.parametrize(
    "line",
    [
        "up",
        "up --yes",
        "preview --stack dev",
        "--stack dev up",
        "-s dev up",
        "-sdev up",
        "--non-interactive up",
        "-C /somewhere up",
        "--color never destroy",
        "--color=never refresh",
        "-v=3 update",
        "pre",
        "dn",
        "import",
        "watch",
        "logs",
    ],
)
def test_a_verb_that_runs_on_settings_gets_the_generated_file(line: str) -> None:
    assert needs_stack_file(line.split()), "with the committed file it would go to another cluster"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "stack ls",
        "stack output --stack up",
        "config get mesh",
        "--version",
        "-s up stack",
        "up --help",
        "-h",
        "up --config-file=mine.yaml",
        "up --config-file mine.yaml",
        "about up",
    ],
)
def test_another_verb_is_left_as_it_is(line: str) -> None:
    assert not needs_stack_file(line.split()), "it takes no file, or has one already"


@pytest.mark.parametrize(
    ("line", "stack"),
    [
        ("up", "from-environment"),
        ("up -s prod", "prod"),
        ("up -sprod", "prod"),
        ("up -s=prod", "prod"),
        ("up --stack prod", "prod"),
        ("--stack=prod up", "prod"),
        ("up --stack organization/istio-mesh/prod", "prod"),
    ],
)
def test_the_stack_is_the_command_lines_else_the_environments(
    line: str, stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_STACK", "organization/istio-mesh/from-environment")
    assert stack_of(line.split()) == stack


def test_without_any_name_the_stack_is_dev(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    assert stack_of(["up"]) == "dev", "as everywhere in the project"
