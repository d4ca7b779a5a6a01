"""What is taken for an expression in CEL, and what is not."""

import pytest

from components.traffic.checks.cel import cel_fault

RIGHT = (
    "response.code >= 400",
    "response.code >= 400 || connection.mtls == false",
    'request.headers["x-user"].startsWith("b")',
    "has(request.headers['x-user']) ? request.headers['x-user'] : \"nobody\"",
    "!('x-user' in request.headers)",
    "request.host",
    "string(destination.port)",
    "xds.node.metadata['WORKLOAD_NAME']",
    "node.metadata['PLATFORM_METADATA']['gcp_project']",
    "[500, 503,].exists(code, code == response.code)",
    "request.headers.map(respons, respons)",
    "size(request.path) > 10u && -1 < 2.5e3",
    "filter_state['wasm.upstream_peer'].labels['app'].value",
    "response.grpc_status in [2, 14]",
    "request.duration > duration('1s')",
    "request.url_path.matches(r'^/api/\\d+') // the API",
    "google.protobuf.Duration{seconds: 1}",
    "{'a': 1, 'b': 2}['a'] == 1",
    'request.path.contains("""a "quoted" word""")',
    "my_own_attribute == 1",
)

WRONG = {
    "response.code > = 400": "it breaks off at '= 400'",
    "response.code >=": "it ends where a value is expected",
    "(response.code >= 400": "a ')' is missing before the end",
    "response.code >= 400)": "')' is not expected there",
    "response.code >= 400 and true": "'and' is not expected there",
    "response..code": "a '.' is not followed by a name",
    "request.path == 'open": "it breaks off at ''open'",
    "%RESPONSE_CODE% >= 400": "'%' is where a value is expected",
    "response.code == 1 ? 2": "a ':' is missing before the end",
    "[1, 2": "a ']' is missing before the end",
    "respnse.code >= 400": "'respnse' is no attribute of Envoy; it has 'response'",
    "request.header['x'] == '1'": (
        "'request' has no 'header', but path, url_path, host, scheme, method, headers, referer, useragent, time, id, "
        "protocol, query and 3 more"
    ),
    "(" * 5000: "it has more than 60 brackets within one another",
    "": "it ends where a value is expected",
}


@pytest.mark.parametrize("text", RIGHT)
def test_an_expression_is_taken(text: str) -> None:
    assert cel_fault(text) is None, "a false alarm stops a deployment for nothing"


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:30])
def test_what_is_no_expression_is_told_why(text: str) -> None:
    assert cel_fault(text) == WRONG[text], "Envoy refuses a whole listener for it"
