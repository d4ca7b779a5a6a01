"""Hosts, paths and regular expressions, as Envoy compares them."""

import pytest

from components.traffic.simulation.hosts import best_domain, gateway_name, hosts_for, intersection, qualified
from components.traffic.simulation.paths import normalized
from components.traffic.simulation.regex import UnknownRegexError, full_match, substituted


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.shop.example.com", "a.shop.example.com"),
        ("b.shop.example.com", "*.shop.example.com"),
        ("shop.example.com", "*.example.com"),
        ("example.com", "*"),
        (".example.com", "*"),
    ],
)
def test_the_name_itself_comes_before_the_longest_wildcard(host: str, domain: str) -> None:
    domains = ["*", "*.example.com", "*.shop.example.com", "a.shop.example.com"]
    assert best_domain(host, domains) == domain, "a wildcard stands for at least one character"


def test_a_host_that_no_domain_is_for_has_no_virtual_host() -> None:
    assert best_domain("other.org", ["*.example.com"]) is None


def test_of_the_hosts_of_server_and_routes_the_narrower_one_is_taken() -> None:
    assert intersection(["*.example.com", "a.org"], ["shop.example.com", "*.org", "b.net"]) == [
        "shop.example.com",
        "a.org",
    ]


def test_hosts_of_a_server_may_be_for_one_namespace_only() -> None:
    assert hosts_for("shop", ["shop/a.org", "*/b.org", "c.org", "other/d.org"]) == ["a.org", "b.org", "c.org"]


@pytest.mark.parametrize(
    ("host", "full"),
    [("web", "web.shop.svc.cluster.local"), ("web.other", "web.other"), ("*", "*"), ("Web.Org", "web.org")],
)
def test_a_short_host_is_in_the_namespace_of_its_resource(host: str, full: str) -> None:
    assert qualified(host, "shop") == full


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("mesh", "mesh"),
        ("web", "shop/web"),
        ("./web", "shop/web"),
        ("edge/web", "edge/web"),
        ("web.edge.svc.cluster.local", "edge/web"),
    ],
)
def test_a_gateway_is_named_with_its_namespace(name: str, full: str) -> None:
    assert gateway_name(name, "shop") == full


@pytest.mark.parametrize(
    ("sent", "normalization", "seen"),
    [
        ("/a/./b/../c?d=..", "DEFAULT", "/a/c?d=.."),
        ("/a/..", "BASE", "/"),
        ("/../a/.", "BASE", "/a/"),
        ("/%41%2fb\\c", "BASE", "/A%2fb/c"),
        ("/a//b", "BASE", "/a//b"),
        ("/a//b", "MERGE_SLASHES", "/a/b"),
        ("/a%2Fb%5cc", "DECODE_AND_MERGE_SLASHES", "/a/b/c"),
        ("/a/../b", "NONE", "/a/../b"),
    ],
)
def test_paths_are_made_uniform_as_mesh_config_says(sent: str, normalization: str, seen: str) -> None:
    assert normalized(sent, normalization) == seen


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("/items/[0-9]+", "/items/7", True),
        ("/items/[0-9]+", "/items/7/x", False),
        ("a(?i)b|c", "aB", True),
        ("a(?i)b|c", "C", True),
        ("(a(?i)b)c", "aBC", False),
        (r"\Qa.b\E.", "a.bc", True),
        (r"\Qa.b\E.", "axbc", False),
        ("[[:alpha:]]+", "abc", True),
        (r"(?P<n>a)(?<m>b)\z", "ab", True),
        ("a$", "a\n", False),
        (r"\x{41}\d", "A1", True),
        (r"\d", "\u0663", False),
    ],
)
def test_an_expression_is_for_the_whole_text_as_re2_reads_it(pattern: str, text: str, *, fits: bool) -> None:
    assert full_match(pattern, text) is fits


@pytest.mark.parametrize(
    ("pattern", "replacement", "text", "result"),
    [
        ("/a([^/]*)/(.*)", r"/\2/\1", "/ab/c", "/c/b"),
        ("^/api/?(.*)$", r"/\1", "/api", "/"),
        ("a", "b", "aaa", "bbb"),
        (".*", "x", "abc", "x"),
        ("(a)|b", r"[\1\\]", "b", "[\\]"),
    ],
)
def test_a_rewrite_replaces_every_match(pattern: str, replacement: str, text: str, result: str) -> None:
    assert substituted(pattern, replacement, text) == result


def test_what_python_cannot_run_is_not_guessed() -> None:
    with pytest.raises(UnknownRegexError):
        full_match(r"\pN+", "1")
