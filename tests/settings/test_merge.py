"""How a stack goes on top of its profile."""

from components.settings.merge import merge


def test_maps_are_merged_key_by_key_at_every_depth() -> None:
    merged = merge({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"d": 3}}})
    assert merged == {"a": {"b": {"c": 1, "d": 3}}}, "a stack names only what differs"


def test_a_list_of_the_stack_replaces_that_of_the_profile() -> None:
    assert merge({"hosts": ["a", "b"]}, {"hosts": ["c"]}) == {"hosts": ["c"]}, "merged lists could never get shorter"


def test_a_value_of_another_type_replaces_a_map() -> None:
    assert merge({"mtls": {"mode": "STRICT"}}, {"mtls": None}) == {"mtls": None}, "the model has to see the mistake"


def test_the_defaults_of_every_entry_go_under_each_entry_of_the_stack() -> None:
    merged = merge({"gateways": {"*": {"size": 1, "kind": "x"}}}, {"gateways": {"a": {"size": 2}, "b": {}}})
    assert merged == {"gateways": {"a": {"size": 2, "kind": "x"}, "b": {"size": 1, "kind": "x"}}}, (
        "a profile cannot know the names of the gateways"
    )


def test_the_defaults_of_every_entry_make_no_entry() -> None:
    assert merge({"gateways": {"*": {"size": 1}}}, {}) == {"gateways": {}}, "a profile must not invent a gateway"


def test_neither_side_is_changed() -> None:
    defaults, own = {"a": {"b": 1}}, {"a": {"c": 2}}
    merge(defaults, own)
    assert (defaults, own) == ({"a": {"b": 1}}, {"a": {"c": 2}}), "profiles are shared by everything in a process"
