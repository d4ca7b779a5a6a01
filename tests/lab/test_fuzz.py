"""Random objects and services: what the program accepts, the API server and istiod accept."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from components.kinds.catalog import Kind, kind_of
from components.platform.manifest import Manifest
from components.services.specs import derived
from lab.kube_api import KubeApi
from tests.lab.conftest import Lab, deployed
from tests.lab.test_upstream_proxy_kinds import module
from tests.services.generate import STACKS, accepted_stack
from tests.support.seeds import chosen_seed
from tests.traffic.generate import KINDS, RICH, accepted, objects, problems

pytestmark = pytest.mark.lab

OBJECTS_OF_RICH, OBJECTS = 45, 14
SECURITY = "security.istio.io"
OBJECTS_OF_SECURITY = {"AuthorizationPolicy": 220, "RequestAuthentication": 300, "PeerAuthentication": 30}
"""A PeerAuthentication has so few fields that there are not many more which differ."""
STACKS_OF_SERVICES = 60
LEAST_CASES = 1000
"""Sent objects of both kinds of fuzz, so that the generators cannot decay in silence."""
LEAST_OF_SECURITY = 500
"""Sent objects of security.istio.io, no two of them alike: a wrong one is not seen until somebody gets in."""
SEED = 20261123
TRY = "dryRun=All&fieldValidation=Strict"
"""The API server checks an object by its CRD, asks istiod's webhook, refuses unknown fields, and stores nothing."""
INVALID = (
    ("istio.io/istio", "pkg/config/validation/testdata/crds", "*-invalid.yaml"),
    ("sigs.k8s.io/gateway-api", "hack/invalid-examples", "**/*.yaml"),
)
# Of some kinds little is accepted of what is made at random; that nothing at all is would still be an error.
SPARSE = [HealthCheck.filter_too_much, HealthCheck.too_slow]
FUZZ = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=SPARSE)


@pytest.fixture(scope="module")
def api(lab: Lab) -> Iterator[KubeApi]:
    """The API server of a lab with the dev stack, so that istiod's webhook is asked and the namespaces are there."""
    for one in deployed(lab, "dev"):
        with KubeApi(one.layout.kubeconfig) as client:
            yield client


def refusal(api: KubeApi, written: Manifest) -> str:
    """Why an object would not be created; empty when it would be."""
    kind = kind_of(written["apiVersion"], written["kind"])
    core = "" if "/" in written["apiVersion"] else "api/"
    plural = kind.plural if kind else "services"
    folder = f"/{core or 'apis/'}{written['apiVersion']}/namespaces/{written['metadata']['namespace']}/{plural}"
    try:
        api.post(f"{folder}?{TRY}", dict(written))
    except httpx.HTTPStatusError as error:
        return f"{error.response.json()['message']}\n{written.get('spec')}"
    return ""


def test_what_the_checks_accept_istiod_accepts(lab: Lab, api: KubeApi) -> None:
    istio = lab.tools["istio-charts"].version
    sent: list[str] = []
    refused: list[str] = []
    security: set[str] = set()
    chosen = seed(chosen_seed(SEED))

    def send(written: Manifest) -> None:
        sent.append(written["kind"])
        kind = kind_of(written["apiVersion"], written["kind"])
        # The lab's CRDs are those of its Istio, which may not serve the newest version of a kind.
        served = {"apiVersion": kind.api_version_for(istio)} if kind else {}
        if found := refusal(api, {**written, **served}):
            refused.append(found)

    def send_objects(made: tuple[Kind, dict[str, Any]]) -> None:
        kind, written = made
        right = accepted(kind, written)
        assume(right is not None)
        if kind.group == SECURITY:
            text = json.dumps(right, sort_keys=True)
            assume(text not in security)
            security.add(text)
        send(right or {})

    @chosen
    @settings(FUZZ, max_examples=STACKS_OF_SERVICES)
    @given(STACKS)
    def send_services(mesh: dict[str, Any]) -> None:
        stack = accepted_stack(mesh)
        for one in derived(stack) if stack else ():
            send(one.manifest)

    for kind in KINDS:
        # Each kind on its own, so that none depends on the luck of the draw.
        usual = OBJECTS_OF_RICH if kind in RICH else OBJECTS
        count = OBJECTS_OF_SECURITY[kind.kind] if kind.group == SECURITY else usual
        chosen(settings(FUZZ, max_examples=count)(given(objects(kind))(send_objects)))()
    send_services()
    assert refused == [], "what passes the preview must not fail while it is deployed"
    assert len(sent) >= LEAST_CASES, f"too little was tried: {len(sent)} objects"
    assert len(security) >= LEAST_OF_SECURITY, f"too little of it was of security: {len(security)} objects"
    assert {kind.kind for kind in KINDS} <= set(sent), "every kind has to be among them"


def invalid(source: tuple[str, str, str]) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """The objects that upstream ships as wrong, in a namespace of the lab."""
    name, folder, pattern = source
    for path in sorted((module(name) / folder).glob(pattern)):
        for one in _documents(path):
            kind = kind_of(str(one.get("apiVersion")), str(one.get("kind")))
            if kind in KINDS:
                own = {key: value for key, value in one.items() if not key.startswith("_")}  # What its test expects.
                metadata = cast("Mapping[str, Any]", one["metadata"])
                yield kind, {"spec": {}, **own, "metadata": {**metadata, "namespace": "bookinfo"}}


def _documents(path: Path) -> list[dict[str, Any]]:
    try:
        return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if isinstance(one, dict)]
    except yaml.YAMLError:
        return []  # A plain '=', which YAML 1.1 takes for something else.


@pytest.mark.parametrize("source", INVALID, ids=lambda source: source[0])
def test_what_istiod_refuses_of_upstreams_wrong_objects_the_checks_refuse(
    api: KubeApi, source: tuple[str, str, str]
) -> None:
    wrong = [(kind, one) for kind, one in invalid(source) if refusal(api, one)]
    assert len(wrong) > 10, "without them nothing is proved"
    passed = [one for kind, one in wrong if next(problems(kind, one), None) is None]
    assert passed == [], "a mistake shows at preview, and not when the API server refuses it"
