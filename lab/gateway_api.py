"""Gateway API's CRDs, which clusters of most clouds have before a mesh comes: istiod serves the routes they are for."""

from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, run

from lab.errors import LabError
from lab.layout import LabLayout, write_atomically

# Every CRD of Gateway API carries it (gateway-api.sigs.k8s.io, "Versioning").
BUNDLE_VERSION = "gateway.networking.k8s.io/bundle-version"


def install_gateway_api(layout: LabLayout, kubectl: Path, crds: Path) -> None:
    """Install the CRDs of the folder `crds`, and return once the API server serves their kinds.

    Those that are there already, of the same folder, are left alone: to apply them again would take seconds.

    Raises:
        LabError: the API server does not take them.
    """
    base = [str(kubectl), f"--kubeconfig={layout.kubeconfig}"]
    files = [f"--filename={file}" for file in sorted(crds.glob("*_*.yaml"))]
    installed = layout.root / "gateway-api"
    there = installed.exists() and installed.read_text() == str(crds)
    if (
        there
        and run([*base, "get", "--output=name", *files], stdout=DEVNULL, stderr=DEVNULL, check=False).returncode == 0
    ):
        return
    # Server-side: the schemas are too large for the annotation in which kubectl otherwise keeps what it applied.
    for step in (
        ["apply", "--server-side", "--force-conflicts", *files],
        ["wait", "--for=condition=Established", "--timeout=30s", *files],
    ):
        done = run([*base, *step], stdout=PIPE, stderr=STDOUT, check=False, text=True)
        if done.returncode:
            raise LabError(
                f"the CRDs of Gateway API in {crds} were not installed: {done.stdout.strip()[-800:]}\n"
                "See './mesh lab status', and run './mesh lab up' again."
            )
    write_atomically(installed, str(crds))
