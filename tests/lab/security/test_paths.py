"""Spellings of a path that try to get around a rule, past every sidecar but that of the callee."""

import pytest

from tests.lab.security.asking import past_every_sidecar
from tests.lab.security.conftest import Secured

pytestmark = pytest.mark.lab


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/users",
        "/admin?x=1",
        "//admin/users",
        "///admin",
        "/x/../admin/users",
        "/x/%2e%2e/admin/users",
        "/x/%2E%2E/admin",
        "/x/.%2e/admin",
        "/./admin",
        "/%2e/admin",
        "/%61dmin/users",
        "/%2fadmin/users",
        "/x/..%2fadmin/users",
        "/x%2f..%2fadmin",
        "/x/..%5cadmin",
        "/x/..\\admin",
        "/\\admin",
        "/admin%2fusers",
        "/admin;x=1/users",
        "/admin%00",
        "http://callee/admin",
        "http://callee//admin",
    ],
)
def test_no_spelling_of_a_denied_path_gets_around_the_rule(secured: Secured, path: str) -> None:
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 8080, path)
    assert answer.status in (400, 403), f"'{path}' reached the workload as {answer.text}"


@pytest.mark.parametrize("path", ["/", "/x", "/x/y;z=1", "/administration/../x"])
def test_other_paths_pass(secured: Secured, path: str) -> None:
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 8080, path)
    assert answer.status == 200, "a rule that refuses everything would pass the test above"


@pytest.mark.parametrize("path", ["/public", "/public?x", "//public", "/x/../public", "/files/a", "/prefix/a/b"])
def test_an_allowed_path_passes(secured: Secured, path: str) -> None:
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 9090, path)
    assert answer.status == 200, f"{path} is what the rules allow: {answer.text}"


@pytest.mark.parametrize(
    "path",
    [
        "/public/",
        "/public/..;/admin",
        "/public;/../admin",
        "/files/..;/admin",
        "/files/%2e%2e;/admin",
        "/files/..%3b/admin",
        "/files/a/..;/..;/admin",
        "/files/../admin",
        "/files/%2e%2e/admin",
        "/files/a%2f..%2f..%2fadmin",
        "/prefix/../admin",
        "/prefix/%2e%2e%2fadmin",
        "/PUBLIC",
    ],
)
def test_no_spelling_gets_past_an_exact_path_or_a_template(secured: Secured, path: str) -> None:
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 9090, path)
    assert answer.status in (400, 403), f"'{path}' reached the workload as {answer.text}"


@pytest.mark.parametrize(
    ("path", "judged"),
    [
        ("//public", "/public"),
        ("/x/%2e%2e/public", "/public"),
        ("/%70ublic", "/public"),
        ("/files%2fa", "/files/a"),
        ("/files//..//admin", "/files/admin"),
    ],
)
def test_a_workload_is_asked_for_the_very_path_that_was_judged(secured: Secured, path: str, judged: str) -> None:
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 9090, path)
    assert (answer.status, answer.asked["path"]) == (200, judged), "so that it cannot read it in another way"


@pytest.mark.parametrize(
    "path",
    [
        "/prefix/..;/admin",
        "/prefix/..;a=b/admin",
        "/prefix/%2e%2e;/admin",
        "/prefix/.%2E%3badmin",
        "/prefix%2f..;/admin",
        "/prefix/..%5c..;/admin",
        "/prefix/a/.;/..;/..;/admin",
    ],
)
def test_no_path_parameter_leads_out_of_an_allowed_prefix(secured: Secured, path: str) -> None:
    # Envoy leaves '..;' as it is (RFC 3986 has no path parameters); Tomcat and Jetty drop ';' and what follows it.
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 9090, path)
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), f"'{path}' reached the workload"


@pytest.mark.parametrize("path", ["/x/..;/admin", "/x/..;a=b/admin/users", "/;/admin", "/.;/admin", "/x/..;/admin?y"])
def test_no_path_parameter_leads_around_a_denied_path(secured: Secured, path: str) -> None:
    # A list of what is denied never names all that such a server makes '/admin' of.
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 8080, path)
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), f"'{path}' reached the workload"


@pytest.mark.parametrize(
    "path", ["/cart;jsessionid=1", "/a..;b=c/d", "/x/...;/y", "/x;a=..;/y", "/x?to=/..;/y", "/x/y;"]
)
def test_a_path_parameter_that_hides_no_segment_passes(secured: Secured, path: str) -> None:
    answer = past_every_sidecar(secured.sidecars["secured/walls"], 8080, path)
    assert answer.status == 200, "sessions and matrix parameters are written like this"
