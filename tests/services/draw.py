"""Words and ways to draw from them, for random settings of services and of what belongs to them."""

from typing import Any

from hypothesis import strategies as st

NAMES = ("alpha", "beta", "gamma")
EXTERNALS = ("pay", "geo")
VERSIONS = ("v1", "v2")
NAMESPACES = ("bookinfo", "istio-ingress")
"""Those that the dev stack makes on the lab."""
HOSTS = ("shop.example.com", "api.example.com", "*.example.com", "*")
OUTSIDE = ("pay.example.com", "geo.example.com", "*.example.org")

Fields = dict[str, st.SearchStrategy[Any]]


def some(optional: Fields, required: Fields | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """A map with the required fields, and a few of the others."""
    return st.fixed_dictionaries(required or {}, optional=optional)


def either(*values: Any) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(values)


def lists(one: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    """A list with at least one entry."""
    return st.lists(one, min_size=1, max_size=most)


def maps(keys: tuple[str, ...], one: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A map with some of the keys."""
    return st.dictionaries(st.sampled_from(keys), one, max_size=2)


DURATION = either("10s", "1s", "500ms", "1h", "2m30s", "0s", "1.5s", "1ms")
