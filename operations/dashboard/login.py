"""The login of an addon, from where it is kept: the cluster."""

import base64
import subprocess
from collections.abc import Mapping, Sequence

from components.observability.addons.grafana.settings import InstalledGrafana
from components.observability.addons.kiali.settings import InstalledKiali, KialiStrategy
from components.observability.addons.names import GRAFANA_ADMIN_SECRET
from components.settings.mesh import MeshSettings
from lab.errors import LabError

Login = Mapping[str, str]
"""What is asked for -> what to answer."""

KIALI_ACCOUNT = "kiali"
"""The ServiceAccount of Kiali in its chart, whose rights a token of it has."""


def login_of(name: str, settings: MeshSettings, kubectl: Sequence[str]) -> Login | None:
    """The login of an installed addon; None where it asks for none.

    Raises:
        LabError: it cannot be read, or is kept somewhere else.
    """
    addons = settings.addons
    namespace = f"--namespace={addons.namespace}"
    if name == "grafana" and isinstance(addons.grafana, InstalledGrafana):
        encoded = _ask(
            [*kubectl, "get", namespace, "secret", GRAFANA_ADMIN_SECRET, "-ojsonpath={.data.admin-password}"]
        )
        return {"user": "admin", "password": base64.b64decode(encoded).decode()}
    if name == "kiali" and isinstance(addons.kiali, InstalledKiali):
        match addons.kiali.auth.strategy:
            case KialiStrategy.TOKEN:
                return {"token": _ask([*kubectl, "create", "token", namespace, KIALI_ACCOUNT])}
            case KialiStrategy.ANONYMOUS:
                return None
            case other:
                raise LabError(
                    f"Kiali's login is that of the strategy {other.value!r}, which this program does not know."
                )
    return None


def _ask(command: Sequence[str]) -> str:
    done = subprocess.run(list(command), capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        lines = done.stderr.strip().splitlines() or ["it is empty"]
        raise LabError(f"the login cannot be read: {lines[-1].removeprefix('error: ')}. Is the addon deployed?")
    return done.stdout.strip()
