"""The stage `audit`: what would be refused is logged, and passes."""

import pytest

from tests.lab.security.asking import ask, eventually
from tests.lab.security.conftest import Secured

pytestmark = pytest.mark.lab


def test_a_policy_on_trial_lets_pass_and_logs_what_it_would_refuse(secured: Secured) -> None:
    callee = secured.sidecars["trial/trial"]
    assert ask(callee.admin_port, "admin", "/logging?rbac=debug", method="POST").status == 200, (
        "as Istio's task for dry runs does (tasks/security/authorization/authz-dry-run)"
    )
    begin = callee.log.stat().st_size
    answer = secured.stranger.ask("trial.trial:8080", "/on-trial")
    assert answer.status == 200, "nobody declared this call, and nobody is refused yet"

    def logged() -> bool:
        return "shadow denied" in callee.log.read_bytes()[begin:].decode(errors="replace")

    eventually(logged, "Envoy logs what it would have refused")


def test_an_audit_marks_a_request_and_does_nothing_else(secured: Secured) -> None:
    callee = secured.sidecars["trial/trial"]
    begin = callee.log.stat().st_size
    paths = ("/noted", "/unnoted")
    assert [secured.stranger.ask("trial.trial:8080", path).status for path in paths] == [200, 200], "nobody is refused"

    def logged() -> bool:
        lines = callee.log.read_bytes()[begin:].decode(errors="replace").splitlines()
        return {"/noted audited=true", "/unnoted audited=false"} <= set(lines)

    eventually(logged, "the access log shows the mark, because its format asks for it")
