"""What Istio's own analyzers say about the whole cluster."""

import json
from typing import NamedTuple

from tests.lab.conftest import Lab


class Remark(NamedTuple):
    """A message of the level Info that is no reason to change anything."""

    code: str
    about: str
    """What its text begins with."""
    reason: str


EXPECTED = (
    Remark(
        "IST0102",
        "The namespace is not enabled for Istio injection.",
        "Kubernetes' own namespaces, 'default', and those of a stack that say nothing of injection are not in the mesh",
    ),
    Remark(
        "IST0118",
        "Port name status-port (port: 15021,",
        "Istio's gateway chart calls it so: load balancers and kubelets ask it whether the gateway is well, no proxy",
    ),
)


def complaints(lab: Lab) -> list[str]:
    """Everything that `istioctl analyze` says, without the remarks that are expected."""
    found = lab.istioctl("analyze", "--all-namespaces", "--output=json")
    assert found.stdout or found.returncode == 0, f"without an analysis nothing is proved: {found.stderr}"
    return [
        f"{one['level']} {one['code']} {one['origin']}: {one['message']}"
        for one in json.loads(found.stdout or "[]")
        if one["level"] != "Info" or not _expected(one["code"], one["message"])
    ]


def _expected(code: str, message: str) -> bool:
    return any(code == remark.code and message.startswith(remark.about) for remark in EXPECTED)
