"""A request as a user describes it."""

import pytest

from components.traffic.simulation.request import RequestError, parse_request

EXAMPLE = "Write for example 'GET https://shop.example.com/api'."


def test_method_url_and_headers_are_understood() -> None:
    request = parse_request("POST https://Shop.example.com:8443/a?b=1#c", ["X-One: 1", "x-one:2"])
    assert (request.method, request.scheme, request.server_name, request.port) == (
        "POST",
        "https",
        "shop.example.com",
        8443,
    )
    assert (request.authority, request.host) == ("Shop.example.com:8443", "shop.example.com"), (
        "the port and the case of the Host header do not decide about the virtual host"
    )
    assert request.path == "/a?b=1", "a fragment is never sent"
    assert request.headers == {"x-one": "1,2"}, "Envoy compares all values of a header as one"


def test_without_method_port_and_path_the_usual_ones_are_meant() -> None:
    request = parse_request("http://shop.example.com")
    assert (request.method, request.port, request.path) == ("GET", 80, "/")


def test_a_host_header_is_the_authority_while_the_connection_goes_to_the_url() -> None:
    request = parse_request("GET https://one.example.com/", ["Host: two.example.com"])
    assert (request.server_name, request.host) == ("one.example.com", "two.example.com"), "as with curl -H 'Host: ...'"
    assert request.headers == {}, "it is no further header"


@pytest.mark.parametrize(
    ("text", "headers", "message"),
    [
        (
            "get http://a/",
            [],
            f"request: 'get http://a/': 'get' is not a method, which is one word in capitals. {EXAMPLE}",
        ),
        (
            "GET shop.example.com/",
            [],
            f"request: 'GET shop.example.com/': the URL has to begin with http:// or https://. {EXAMPLE}",
        ),
        ("GET http:///x", [], f"request: 'GET http:///x': the URL has no host. {EXAMPLE}"),
        (
            "GET http://a:b/",
            [],
            "request: 'GET http://a:b/': the URL is not valid (Port could not be cast to integer value as 'b'). "
            + EXAMPLE,
        ),
        (
            "GET http://me:pw@a/",
            [],
            "request: the URL has a user or a password, which no proxy routes by. Leave out what is before the '@'.",
        ),
        (
            "GET http://a/",
            ["x-canary"],
            "header 'x-canary': it has to be NAME: VALUE. Write for example -H 'x-canary: true'.",
        ),
    ],
)
def test_what_cannot_be_understood_is_told(text: str, headers: list[str], message: str) -> None:
    with pytest.raises(RequestError) as raised:
        parse_request(text, headers)
    assert str(raised.value) == message
