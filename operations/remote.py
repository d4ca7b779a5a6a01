"""A cluster of the user's own as target: found by its context, and asked about before anything is changed."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import typer
import yaml

from lab.errors import LabError
from lab.layout import CHECKOUT
from lab.pulumi import Target
from operations.console import err


def remote_target(context: str, *, charts: str = "", istio_version: str = "") -> Target:
    """The cluster of a context of the user's kubeconfig; Pulumi's state for it lies below `.state/clusters`.

    Raises:
        LabError: there is no kubeconfig, no such context in it, or no such folder of charts.
    """
    kubeconfig = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    known = _contexts(kubeconfig)
    if context not in known:
        raise LabError(
            f"context {context!r}: {kubeconfig} has no such context. "
            f"Choose one of: {', '.join(known) or '(there are none)'}."
        )
    replacements: dict[str, Any] = {"cluster": {"context": context, "kubeconfig": kubeconfig}}
    if charts:
        if not Path(charts).is_dir():
            raise LabError(f"charts {charts}: there is no such folder. Name the one that holds istiod-VERSION.tgz.")
        replacements["istio.charts"] = {"folder": str(Path(charts).resolve())}
    if istio_version:
        replacements["istio.version"] = istio_version
    return Target(target_folder(context), kubeconfig, replacements)


def target_folder(context: str) -> Path:
    """Where Pulumi's files for a context of the user's lie."""
    return CHECKOUT / ".state" / "clusters" / re.sub(r"[^A-Za-z0-9.-]", "_", context)


def ask_first(target: Target, context: str, stack: str, *, yes: bool) -> None:
    """Ask before a cluster that is not the lab is changed.

    Raises:
        LabError: there is nobody to ask.
        typer.Abort: the answer is no.
    """
    err.print(f"Stack {stack!r} is about to be deployed to context {context!r} of {target.kubeconfig}.", markup=False)
    if yes:
        return
    if not sys.stdin.isatty():
        raise LabError("nobody is there to be asked, and nothing was changed. Add --yes (with make: YES=1).")
    typer.confirm("Go on?", abort=True, err=True)


def _contexts(kubeconfig: str) -> list[str]:
    found: list[str] = []
    for path in filter(None, kubeconfig.split(os.pathsep)):
        if not Path(path).is_file():
            raise LabError(f"kubeconfig {path}: there is no such file. Set KUBECONFIG to the file of your cluster.")
        try:
            document = yaml.safe_load(Path(path).read_text())
            found += [entry["name"] for entry in document["contexts"]]
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
            raise LabError(
                f"kubeconfig {path}: is not a kubeconfig. Set KUBECONFIG to the file of your cluster."
            ) from None
    return found
