"""What many services take: settings and checks alone, preview and `up`, and until Envoy has a change of weights."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.figures import Figure, ratio
from bench.many import HOST, Ours, Theirs, by_gateway_api, calling, described, dev_mesh
from bench.measure import interleaved
from bench.target import Bench
from components.settings.parse import parse_settings
from lab.errors import LabError
from lab.proxy import run_proxy
from lab.readiness import wait_until

SIZES = (10, 100, 1_000)
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
    """The figures of stacks with many services, beside a mesh that is there; it is gone again at the end."""
    ours, theirs = Ours(bench), Theirs(bench)
    ours.describe(0)
    ours.run(*_UP)
    for count in SIZES:
        yield from _of_size(bench, ours, theirs, count)
    ours.run(*_DESTROY)
    bench.clean()


def _of_size(bench: Bench, ours: Ours, theirs: Theirs, count: int) -> Iterator[Figure]:
    """A thousand services take minutes, so that they are deployed once."""
    runs = bench.runs if count < max(SIZES) else 1
    resources = theirs.describe(count)
    ours.describe(count)
    beside = f"to a plain program with the same {resources} resources"
    previews = interleaved(lambda: ours.run(*_PREVIEW), lambda: theirs.run(*_PREVIEW), runs)
    yield Figure(name=f"preview of {count} services", unit="s", samples=[one for one, _ in previews])
    yield ratio(f"preview of {count} services", previews, bar=RATIO_BAR, beside=beside)
    ups = interleaved(lambda: _ours_from_none(ours, count), lambda: _theirs_from_none(theirs), runs)
    yield Figure(name=f"up of {count} services", unit="s", samples=[one for one, _ in ups])
    yield ratio(f"up of {count} services", ups, bar=RATIO_BAR, beside=beside)
    theirs.run(*_DESTROY)
    ours.describe(count)
    ours.run(*_UP)
    changes = [_change(bench, ours, count, newer) for newer in ([100, 0] * runs)[:runs]]
    yield Figure(
        name=f"weights with {count} services",
        unit="s",
        samples=changes,
        bar=CHANGE_BAR_SECONDS.get(count),
        beside="from the begin of up until Envoy answers by them",
    )


def _ours_from_none(ours: Ours, count: int) -> float:
    ours.describe(0)
    ours.run(*_UP)
    ours.describe(count)
    return ours.run(*_UP)


def _theirs_from_none(theirs: Theirs) -> float:
    theirs.run(*_DESTROY)
    return theirs.run(*_UP)


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
