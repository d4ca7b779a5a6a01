"""Reads what the checks look at, through kubectl: every way to sign in that a kubeconfig can name works."""

import json
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from lab.errors import LabError
from operations.precheck.documents import Cluster, Document, HelmRelease, Items, Right, parts

TIMEOUT_SECONDS = 20
_FORBIDDEN = "(Forbidden)"
_MISSING = ("(NotFound)", "the server could not find the requested resource", "the server doesn't have a resource type")
_AT_ONCE = 4


class Kubectl:
    """kubectl on one context."""

    def __init__(self, program: str, kubeconfig: str | None, context: str | None) -> None:
        chosen = ((f"--kubeconfig={kubeconfig}", kubeconfig), (f"--context={context}", context))
        self._command = [program, f"--request-timeout={TIMEOUT_SECONDS}s", *(flag for flag, wanted in chosen if wanted)]
        self._context = context or "the current context"

    def run(self, arguments: Sequence[str], stdin: str = "") -> str | None:
        """What kubectl prints; None where the user may not read it, nothing where there is no such thing.

        Raises:
            LabError: the cluster cannot be asked, with kubectl's own reason.
        """
        try:
            done = subprocess.run(
                [*self._command, *arguments],
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
                timeout=3 * TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise LabError(f"{self._context}: kubectl does not end. Try `kubectl get nodes` by hand.") from None
        if done.returncode == 0:
            return done.stdout
        if _FORBIDDEN in done.stderr:
            return None
        if any(text in done.stderr for text in _MISSING):
            return ""
        lines = done.stderr.strip().splitlines() or [f"kubectl ended with {done.returncode}"]
        reason = lines[-1].removeprefix("error: ").removesuffix(".")
        raise LabError(
            f"{self._context}: the cluster cannot be asked: {reason}. Try `kubectl get nodes` by hand, or choose "
            "another context with --context."
        )

    def document(self, path: str) -> Document | None:
        """One object or list by its path in the API; None where it may not be read, empty where it is not there."""
        text = self.run(["get", "--raw", path])
        return None if text is None else cast("Document", json.loads(text or "{}"))

    def items(self, path: str) -> Items:
        """The items of a list, by its path in the API."""
        document = self.document(path)
        return None if document is None else parts(document, "items")


def collect(kubectl: Kubectl, rights: list[Right]) -> Cluster:
    """Everything that the checks look at, a few requests at a time; nothing is changed.

    Raises:
        LabError: the cluster cannot be asked.
    """
    version = kubectl.document("/version") or {}  # First alone: a cluster that does not answer is told once.
    paths = {
        "namespaces": "/api/v1/namespaces",
        "deployments": "/apis/apps/v1/deployments?labelSelector=app%3Distiod",
        "mutating": "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
        "validating": "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        "crds": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        "cni_nodes": "/apis/apps/v1/daemonsets?labelSelector=k8s-app%3Distio-cni-node",
        "nodes": "/api/v1/nodes",
        "pods": "/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed",
        "services": "/api/v1/services",
    }
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        lists = {name: pool.submit(kubectl.items, path) for name, path in paths.items()}
        cilium = pool.submit(kubectl.document, "/api/v1/namespaces/kube-system/configmaps/cilium-config")
        calico = pool.submit(kubectl.document, "/apis/crd.projectcalico.org/v1/felixconfigurations/default")
        releases = pool.submit(_releases, kubectl)
        allowed = pool.submit(_allowed, kubectl, rights)
        items = {name: one.result() for name, one in lists.items()}
        mutating, validating = (
            _with_kind(items.pop(name), kind)
            for name, kind in (
                ("mutating", "MutatingWebhookConfiguration"),
                ("validating", "ValidatingWebhookConfiguration"),
            )
        )
        return Cluster(
            version=version,
            allowed=allowed.result(),
            webhooks=None if mutating is None or validating is None else mutating + validating,
            releases=releases.result(),
            cilium=cilium.result() or {},
            calico=calico.result() or {},
            **items,
        )


def _with_kind(items: Items, kind: str) -> Items:
    """Items of a list do not name their kind."""
    return None if items is None else [{"kind": kind, **item} for item in items]


def _releases(kubectl: Kubectl) -> list[HelmRelease] | None:
    """The last revision of every Helm release. Only labels are printed; the Secrets hold all values of a release."""
    arguments = ["get", "secrets", "--all-namespaces", "--selector=owner=helm", "--no-headers", "--show-labels"]
    text = kubectl.run(arguments)
    if text is None:
        return None
    newest: dict[tuple[str, str], tuple[int, str]] = {}
    for line in text.splitlines():
        namespace, *_, written = line.split()
        labels = dict(pair.split("=", 1) for pair in written.split(",") if "=" in pair)
        key, version = (namespace, labels.get("name", "")), int(labels.get("version", "0"))
        newest[key] = max(newest.get(key, (0, "")), (version, labels.get("status", "")))
    return [HelmRelease(namespace=key[0], name=key[1], status=status) for key, (_, status) in newest.items()]


def _allowed(kubectl: Kubectl, rights: list[Right]) -> dict[Right, bool]:
    """Which of the rights the user has, by SelfSubjectAccessReviews; they are answered and not stored."""
    reviews = [
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {
                "resourceAttributes": {
                    "group": right.group,
                    "resource": right.resource,
                    "namespace": right.namespace,
                    "verb": right.verb,
                }
            },
        }
        for right in rights
    ]
    stdin = json.dumps({"apiVersion": "v1", "kind": "List", "items": reviews})
    text = kubectl.run(["create", "--validate=false", "--output=json", "--filename=-"], stdin) or ""
    answers = _documents(text)
    if len(answers) != len(rights):
        raise LabError("the cluster does not answer which rights there are. Try `kubectl auth can-i --list`.")
    return {right: bool(answer["status"].get("allowed")) for right, answer in zip(rights, answers, strict=True)}


def _documents(text: str) -> list[Document]:
    """JSON documents, one after the other, as kubectl prints what it created."""
    decoder, found, text = json.JSONDecoder(), list[Document](), text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        found += parts(document, "items") if document.get("kind") == "List" else [document]
        text = text[end:].lstrip()
    return found
