"""Levels and parameters of the pack."""

import json

import pytest

from mesh_policies.configuration import ConfigurationError, read_configuration
from mesh_policies.policy import Level, catalog

NAMES = ", ".join(catalog())


def refused(text: str) -> list[str]:
    """What is said about a configuration."""
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(text, "levels.json")
    return str(raised.value).splitlines()


def test_a_level_and_parameters_are_read_in_both_of_pulumis_forms() -> None:
    text = '{"all": "advisory", "timeouts": "disabled", "replicas": {"enforcementLevel": "mandatory", "minimum": 3}}'
    found = read_configuration(text, "levels.json")
    assert found.of(catalog()["timeouts"]) == (Level.DISABLED, {}), "a text is a level"
    assert found.of(catalog()["replicas"]) == (Level.MANDATORY, {"minimum": 3}), "a map has both"
    assert found.of(catalog()["any-host"]) == (Level.ADVISORY, {}), "all stands for every other policy"


def test_parameters_alone_leave_the_level_as_it_is() -> None:
    found = read_configuration('{"replicas": {"minimum": 3}}', "levels.json")
    assert found.of(catalog()["replicas"]) == (Level.MANDATORY, {"minimum": 3}), "the catalogue says mandatory"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"replica": "advisory"}, f"replica: there is no policy of this name. There are: {NAMES}."),
        ({"replicas": "warn"}, "replicas: 'warn' is not a level. Use advisory, mandatory, disabled."),
        ({"replicas": 3}, 'replicas: is neither a level nor a map. For example: {"enforcementLevel": "advisory"}.'),
        (
            {"replicas": {"enforcementLevel": 3}},
            "replicas.enforcementLevel: 3 is not a level. Use advisory, mandatory, disabled.",
        ),
        (
            {"replicas": {"min": 3}},
            "replicas.min: there is no parameter of this name. There are: exceptStacks, minimum.",
        ),
        ({"envoy-filter": {"x": 1}}, "envoy-filter.x: there is no parameter of this name. There are: none."),
        ({"replicas": {"minimum": "3"}}, "replicas.minimum: '3' is not of type integer."),
        ({"replicas": {"minimum": True}}, "replicas.minimum: True is not of type integer."),
        ({"replicas": {"minimum": 0}}, "replicas.minimum: 0 is out of range."),
        ({"tls-version": {"minimum": "TLSV1_1"}}, "tls-version.minimum: 'TLSV1_1' is none of TLSV1_2, TLSV1_3."),
        ({"any-host": {"exceptStacks": [1]}}, "any-host.exceptStacks: not every entry is text."),
    ],
)
def test_a_mistake_is_named_with_what_there_is(document: object, message: str) -> None:
    assert refused(json.dumps(document)) == [f"levels.json: {message}"], "a level that silently does nothing is worse"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "levels.json: is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)).",
        ),
        ("[]", "levels.json: is not a map of policies."),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(text: str, message: str) -> None:
    assert refused(text) == [message], "nothing in it can be used"


def test_every_mistake_is_told_at_once() -> None:
    assert len(refused('{"a": "advisory", "replicas": "warn"}')) == 2, "nobody wants to run it once for each"


@pytest.mark.parametrize("policy", catalog().values(), ids=lambda policy: policy.name)
def test_a_policy_is_complete(policy: object) -> None:
    texts = [getattr(policy, key) for key in ("title", "reason", "source")]
    assert all(texts), "a reviewer asks what, why and who says so"
    assert not texts[0].endswith("."), "it is a sentence within others"
    assert "://" not in texts[2], "the page adds it"


def test_a_default_is_of_the_type_that_its_parameter_has() -> None:
    given = {one.name: one.defaults for one in catalog().values() if one.defaults}
    read_configuration(json.dumps(given), "defaults")
