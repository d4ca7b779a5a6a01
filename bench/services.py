"""What many services take: settings and checks alone, preview and `up`, and until Envoy has a change of weights."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from bench.figures import Figure, ratio
from bench.many import HOST, Ours, Theirs, by_gateway_api, calling, described, dev_mesh
from bench.measure import interleaved
from bench.target import SIZES, Bench
from components.settings.parse import parse_settings
from lab.errors import LabError
from lab.proxy import run_proxy
from lab.readiness import wait_until

RATIO_BAR = 1.2
SETTINGS_BAR_SECONDS = 1.0
LINEAR_BAR = 1.5
"""What a service may take among a thousand, in relation to one among a hundred."""
Shape = Callable[[dict[str, Any], int], dict[str, Any]]
SHAPES: Mapping[str, Shape] = {
    "": described,
    ", exposed and with 3 calls each": calling,
    " with `api: gateway`": by_gateway_api,
}
"""What is measured, by what its name adds: a stack without calls and HTTPRoutes has least to be compared."""
CHANGE_BAR_SECONDS = {10: 6.0, 1_000: 15.0}

_PREVIEW = ("preview", "--suppress-outputs")
_UP = ("up", "--yes", "--skip-preview", "--suppress-outputs")
_DESTROY = ("destroy", "--yes", "--skip-preview", "--suppress-outputs")
_WAIT_SECONDS = 120.0


def settings_figures(bench: Bench) -> Iterator[Figure]:
    """How long the settings of many services take to be read and checked, without Pulumi."""
    for beside, shape in SHAPES.items():
        name = f"settings and checks of 1000 services{beside}"
        pairs = [(_checked(shape, 1_000), _checked(shape, 100) * 10) for _ in range(bench.runs)]
        whole = [thousand for thousand, _ in pairs]
        yield Figure(name=name, unit="s", samples=whole, bar=SETTINGS_BAR_SECONDS)
        yield ratio(name, pairs, bar=LINEAR_BAR, beside="to ten times 100")


def _checked(shape: Shape, count: int) -> float:
    text = json.dumps(shape(dev_mesh(), count))
    begun = time.process_time()
    parse_settings(text, "bench")
    return time.process_time() - begun


def service_figures(bench: Bench) -> Iterator[Figure]:
    """The figures of stacks with many services, beside a mesh that is there; it is gone again at the end.

    They are in relation to a plain program with the same number of custom resources in all. What our mesh has without
    the services, it has too, and deployed beforehand as well. So both add the services, and nothing else.
    """
    ours = Ours(bench)
    ours.describe(0)
    ours.run(*_UP)
    sides = Sides(ours, Theirs(bench), base=ours.resources())
    for count in bench.services:
        yield from _of_size(bench, sides, count)
    sides.theirs.run(*_DESTROY)
    ours.run(*_DESTROY)
    bench.clean()


@dataclass(frozen=True)
class Sides:
    """The two programs that are compared."""

    ours: Ours
    theirs: Theirs
    base: int
    """How many custom resources there are without the services."""

    def ours_with(self, count: int) -> float:
        """How long our stack takes to get so many services."""
        self.ours.describe(count)
        return self.ours.run(*_UP)

    def theirs_with(self, count: int) -> float:
        """How long the plain program takes to get the resources of so many services."""
        self.theirs.describe(count, self.base)
        return self.theirs.run(*_UP)

    def describe(self, count: int) -> int:
        """Have both describe so many services; returns how many custom resources each has then."""
        self.ours.describe(count)
        return self.theirs.describe(count, self.base)


def _of_size(bench: Bench, sides: Sides, count: int) -> Iterator[Figure]:
    """A thousand services take minutes, so that they are deployed once."""
    runs = bench.runs if count < max(SIZES) else 1
    sides.ours_with(0)
    sides.theirs_with(0)
    resources = sides.describe(count)
    beside = f"to a plain program with {resources} custom resources too, {sides.base} of them deployed before"
    previews = interleaved(lambda: sides.ours.run(*_PREVIEW), lambda: sides.theirs.run(*_PREVIEW), runs)
    yield Figure(name=f"preview of {count} services", unit="s", samples=[one for one, _ in previews])
    yield ratio(f"preview of {count} services", previews, bar=RATIO_BAR, beside=beside)
    ups = interleaved(lambda: _from_none(sides.ours_with, count), lambda: _from_none(sides.theirs_with, count), runs)
    yield Figure(name=f"up of {count} services", unit="s", samples=[one for one, _ in ups])
    yield ratio(f"up of {count} services", ups, bar=RATIO_BAR, beside=beside)
    changes = [_change(bench, sides.ours, count, newer) for newer in ([100, 0] * runs)[:runs]]
    yield Figure(
        name=f"weights with {count} services",
        unit="s",
        samples=changes,
        bar=CHANGE_BAR_SECONDS.get(count),
        beside="from the begin of up until Envoy answers by them",
    )


def _from_none(deployed_with: Callable[[int], float], count: int) -> float:
    deployed_with(0)
    return deployed_with(count)


def _change(bench: Bench, ours: Ours, count: int, newer: int) -> float:
    """How long all requests take to get to the other version, from the begin of `pulumi up`.

    Raises:
        LabError: they never do.
    """
    proxy = run_proxy(bench.layout, bench.programs, "istio-ingress/ingressgateway")
    wanted = "v2" if newer else "v1"
    ours.describe(count, newer)
    with ThreadPoolExecutor(1) as pool, httpx.Client(trust_env=False, headers={"Host": HOST}) as client:
        begun = time.perf_counter()
        up = pool.submit(ours.run, *_UP)
        url = f"http://127.0.0.1:{proxy.listeners[80]}/reviews/0"
        seen = wait_until(lambda: client.get(url).json().get("version") == wanted, _WAIT_SECONDS)
        taken = time.perf_counter() - begun
        up.result()
    if not seen:
        raise LabError(f"Envoy did not answer by the new weights within {_WAIT_SECONDS:.0f} s.")
    return taken
