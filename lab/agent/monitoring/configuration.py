"""What of a pod's arguments and configuration is changed so that its program runs on this machine.

Paths lead below the folder of the part. Requests go through the agent, which knows who plays a pod's address. The API
server is reached with the pod's own token. Everything else is what prometheus-operator wrote.
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from lab.kube_api import Object
from lab.pods import arguments, environment

RELOADER = "config-reloader"
# They say where to listen, and who else there is; the lab runs one replica and chooses its port.
_REPLACED = ("--web.listen-address", "--cluster.listen-address", "--cluster.peer")
_NOT_PATHS = ("--web.route-prefix", "--web.external-url")
_REFERENCE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")
# Below it lies what a configuration names; other mounts, such as /prometheus, may look like the path of a URL.
_CONFIGURATION = "/etc/"


def reloader_files(pod: Object) -> tuple[str, str]:
    """Where prometheus-operator's reloader finds the configuration, and where it writes what the program reads.

    Raises:
        KeyError: the pod has no reloader with these arguments.
    """
    given = dict(one.split("=", 1) for one in arguments(pod, RELOADER) if "=" in one)
    return given["--config-file"], given["--config-envsubst-file"]


def command_arguments(pod: Object, container: str, root: Path) -> list[str]:
    """The arguments of the program, without those that say where it listens."""
    places = _places(pod)
    kept = (one for one in arguments(pod, container) if one.split("=")[0] not in _REPLACED)
    return [one if one.split("=")[0] in _NOT_PATHS else _moved_argument(one, places, root) for one in kept]


def local_configuration(pod: Object, content: bytes, root: Path, proxy: str, kubeconfig: Path) -> str:
    """The configuration that the program reads, from the gzipped one in the pod's Secret.

    `proxy` is the URL of the agent.
    """
    known = environment(pod, RELOADER)
    text = _REFERENCE.sub(lambda match: known.get(match[1], match[0]), gzip.decompress(content).decode())
    places = [place for place in _places(pod) if place.startswith(_CONFIGURATION)]
    document = cast("dict[str, Any]", _moved(yaml.safe_load(text), places, root))
    alerting: Object = document.get("alerting") or {}
    clients: list[Object] = [*(document.get("scrape_configs") or []), *(alerting.get("alertmanagers") or [])]
    for client in clients:
        client["proxy_url"] = proxy
        discoveries: list[Object] = client.get("kubernetes_sd_configs") or []
        for discovery in discoveries:
            discovery["kubeconfig_file"] = str(kubeconfig)
    return yaml.safe_dump(document, sort_keys=False)


def _places(pod: Object) -> list[str]:
    """The paths at which the pod's containers have volumes, the longest first."""
    spec = pod["spec"]
    containers = (*spec.get("initContainers", []), *spec["containers"])
    found = {mount["mountPath"] for one in containers for mount in one.get("volumeMounts", [])}
    return sorted(found, key=len, reverse=True)


def _moved_argument(argument: str, places: Iterable[str], root: Path) -> str:
    name, separator, value = argument.partition("=")
    return f"{name}{separator}{_moved(value, places, root)}"


def _moved(value: Any, places: Iterable[str], root: Path) -> Any:
    """The same with every path below one of the places moved below `root`."""
    if isinstance(value, str):
        below = any(value == place or value.startswith(f"{place}/") for place in places)
        return f"{root}{value}" if below else value
    if isinstance(value, Mapping):
        return {key: _moved(one, places, root) for key, one in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list):
        return [_moved(one, places, root) for one in cast("list[Any]", value)]
    return value
