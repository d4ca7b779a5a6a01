"""Asks the cluster for its version and compares it with what Istio was tested with."""

import base64
import binascii
import json
import re
import ssl
import tempfile
from pathlib import Path
from typing import cast

from components.platform.http import NoAnswerError, get
from components.platform.kubeconfig import START_A_CLUSTER, ClusterAccess, ClusterError, Entry
from components.platform.versions import Minor, minor_of, minor_text, supported_versions
from components.settings.codes import Code

TIMEOUT_SECONDS = 5.0


def kubernetes_version(access: ClusterAccess) -> Minor | None:
    """The minor version that the API server reports.

    None when it cannot be told and the provider has better means than this check: the server wants credentials from a
    plug-in (401, 403), or is reached through a proxy of the kubeconfig.

    Raises:
        ClusterError: when the server does not answer.
    """
    try:
        body = ask(access, "/version")
    except NoAnswerError as error:
        raise ClusterError(
            ("cluster",),
            f"the cluster of context '{access.context}' does not answer at {access.server} ({error}); the address is "
            f"from {access.kubeconfig}",
            f"{START_A_CLUSTER}, or choose another context in cluster.context",
            Code.CLUSTER_UNREACHABLE,
        ) from None
    return _minor(body) if body is not None else None


def ask(access: ClusterAccess, path: str, size: int = 1024 * 1024) -> bytes | None:
    """What the API server answers at `path`; None when only the provider's better means would get an answer.

    Raises:
        NoAnswerError: when the server does not answer.
    """
    if access.cluster.text("proxy-url"):
        return None
    tls = _tls(access) if access.server.startswith("https:") else None
    answer = get(
        f"{access.server}{path}",
        timeout_seconds=TIMEOUT_SECONDS,
        headers=_authorization(access.user),
        tls=tls,
        size=size,
    )
    return answer.body if answer.status == 200 else None


def version_problem(istio: str, kubernetes: Minor) -> ClusterError | None:
    """An error when this Kubernetes is older than the oldest that this Istio was tested with."""
    tested = supported_versions()[minor_of(istio)]
    if kubernetes >= tested.oldest:
        return None
    fitting = [minor for minor, span in supported_versions().items() if span.oldest <= kubernetes <= span.newest]
    other = f", or choose Istio {minor_text(fitting[-1])}" if fitting else ""
    return ClusterError(
        ("istio", "version"),
        f"Istio {istio} needs Kubernetes {minor_text(tested.oldest)} or newer, but the cluster runs "
        f"{minor_text(kubernetes)}",
        f"Upgrade the cluster{other}",
        Code.KUBERNETES_TOO_OLD,
    )


def version_warning(istio: str, kubernetes: Minor) -> str | None:
    """A sentence when this Kubernetes is newer than the newest that this Istio was tested with."""
    newest = supported_versions()[minor_of(istio)].newest
    if kubernetes <= newest:
        return None
    return (
        f"The cluster runs Kubernetes {minor_text(kubernetes)}, but Istio {istio} was tested up to "
        f"{minor_text(newest)}. It may work; a newer Istio is the safer choice."
    )


def _minor(body: bytes) -> Minor | None:
    try:
        answer: object = json.loads(body)
    except ValueError:
        return None
    fields = cast("dict[str, object]", answer) if isinstance(answer, dict) else {}
    # Some providers add a sign to the minor number, such as '34+'.
    major, minor = (re.match("[0-9]+", str(fields.get(key, ""))) for key in ("major", "minor"))
    return (int(major[0]), int(minor[0])) if major and minor else None


def _authorization(user: Entry) -> dict[str, str]:
    token, file = user.text("token"), user.text("tokenFile")
    if token is None and file is not None:
        path = user.folder / file
        token = path.read_text(encoding="utf-8").strip() if path.is_file() else None
    return {"Authorization": f"Bearer {token}"} if token else {}


def _tls(access: ClusterAccess) -> ssl.SSLContext:
    # Not create_default_context: since Python 3.13 it refuses certificate authorities that client-go accepts.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    cluster = access.cluster
    if cluster.values.get("insecure-skip-tls-verify") is True:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif authority := _content(cluster, "certificate-authority", access):
        context.load_verify_locations(cadata=authority.decode("utf-8", "replace"))
    else:
        context.load_default_certs()
    if cluster.text("tls-server-name"):
        # urllib cannot expect another name than the address; the chain of trust is still verified.
        context.check_hostname = False
    certificate, key = (_content(access.user, name, access) for name in ("client-certificate", "client-key"))
    if certificate and key:
        with tempfile.TemporaryDirectory() as folder:
            # The ssl module reads client certificates from files only; this one is private and gone at once.
            pair = Path(folder, "client.pem")
            pair.touch(mode=0o600)
            pair.write_bytes(certificate + b"\n" + key)
            context.load_cert_chain(pair)
    return context


def _content(entry: Entry, name: str, access: ClusterAccess) -> bytes | None:
    """What `name`-data holds, else the content of the file that `name` names; None when neither is given."""
    data, file = entry.text(f"{name}-data"), entry.text(name)
    try:
        if data:
            return base64.b64decode(data, validate=True)
        return (entry.folder / file).read_bytes() if file else None
    except (binascii.Error, OSError):
        raise ClusterError(
            ("cluster",),
            f"{name} of context '{access.context}' in {access.kubeconfig} cannot be read",
            "Correct the kubeconfig",
            Code.KUBECONFIG_UNUSABLE,
        ) from None
