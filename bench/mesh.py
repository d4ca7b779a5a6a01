"""What the dev stack takes: deployed from nothing, deployed again, looked at, destroyed."""

from collections.abc import Iterator

from bench.figures import Figure, ratio
from bench.istioctl import write_operator
from bench.measure import interleaved
from bench.target import STACK, Bench

UP_BAR = 1.0
UNCHANGED_BAR = 1.5
DESTROY_BAR_SECONDS = 5.0

GATEWAY_NAMESPACE = "istio-ingress"

_UP = ("up", "--yes", "--skip-preview")
_PREVIEW = ("preview",)
_DESTROY = ("destroy", "--yes", "--skip-preview")


def mesh_figures(bench: Bench) -> Iterator[Figure]:
    """The figures of the dev stack, from a lab that holds nothing yet; it holds nothing again at the end."""
    operator = write_operator(bench.target.stack_copy(STACK).path, bench.layout.root / "operator.yaml")
    destroyed: list[float] = []

    def up() -> float:
        """From nothing and back, without the sample, which istioctl does not install either."""
        taken = bench.mesh_alone(*_UP)
        bench.mesh_alone(*_DESTROY)
        bench.clean()
        return taken

    def install() -> float:
        bench.kubectl("create", "namespace", GATEWAY_NAMESPACE)  # istioctl creates the one of istiod only.
        taken = bench.istioctl("install", "--skip-confirmation", "--filename", str(operator))
        bench.istioctl("uninstall", "--purge", "--skip-confirmation")
        bench.clean()
        return taken

    pairs = interleaved(up, install, bench.runs)
    yield Figure(name="up of dev's mesh from nothing", unit="s", samples=[ours for ours, _ in pairs])
    yield ratio("up of dev's mesh from nothing", pairs, bar=UP_BAR, beside="to istioctl install of the same")
    yield Figure(name="up of dev from nothing", unit="s", samples=[bench.mesh(*_UP)], beside="with its sample")
    yield from _unchanged(bench)
    yield Figure(name="memory of the lab", unit="MB", samples=[bench.lab_megabytes()], beside="with dev deployed")
    destroyed.append(bench.mesh(*_DESTROY))
    bench.clean()
    yield Figure(name="destroy of dev", unit="s", samples=destroyed, bar=DESTROY_BAR_SECONDS)
    yield Figure(
        name="deletion of an empty namespace",
        unit="s",
        samples=[_namespace_deletion(bench) for _ in range(bench.runs)],
        beside="Kubernetes' own wait, which every destroy includes",
    )


def _unchanged(bench: Bench) -> Iterator[Figure]:
    """While the stack is deployed: commands that find nothing to do."""
    for verb, command in (("preview", _PREVIEW), ("up", _UP)):
        bench.mesh(*command)  # The first run after an install compiles Python's files and fills the caches.
        bench.empty(*command)
        pairs = interleaved(lambda now=command: bench.mesh(*now), lambda now=command: bench.empty(*now), bench.runs)
        yield Figure(name=f"unchanged {verb} of dev", unit="s", samples=[ours for ours, _ in pairs])
        yield ratio(f"unchanged {verb} of dev", pairs, bar=UNCHANGED_BAR, beside="to an empty program")
    peaks = [bench.mesh_memory(*_PREVIEW) for _ in range(bench.runs)]
    yield Figure(name="memory of the program", unit="MB", samples=peaks, beside="preview of dev")


def _namespace_deletion(bench: Bench) -> float:
    """The namespace controller of Kubernetes begins 5 s after the request (namespace_controller.go of 1.35)."""
    bench.kubectl("create", "namespace", "empty")
    return bench.kubectl("delete", "namespace", "empty", "--wait")
