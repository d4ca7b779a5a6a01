"""Requests that try the routes of stack.yaml, near misses among them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import yaml
from hypothesis import strategies
from pydantic import BaseModel

from components.traffic.simulation.request import Request, parse_request


class Words(BaseModel):
    """What requests are made of (requests.yaml)."""

    gateways: Mapping[str, Sequence[tuple[str, Sequence[str]] | tuple[str, Sequence[str], str]]]
    endings: Sequence[str]
    methods: Sequence[str]
    headers: Mapping[str, Sequence[str]]
    params: Mapping[str, Sequence[str]]


WORDS = Words.model_validate(yaml.safe_load((Path(__file__).parent / "requests.yaml").read_text(encoding="utf-8")))


def requests(gateway: str) -> strategies.SearchStrategy[Request]:
    """Requests to the hosts of a gateway, on paths that one of its routes is for, or nearly."""
    places = [(host, path, *sent) for host, paths, *sent in WORDS.gateways[gateway] for path in paths]
    return strategies.builds(
        _request,
        place=strategies.sampled_from(places),
        method=strategies.sampled_from(WORDS.methods),
        ending=strategies.sampled_from(WORDS.endings),
        headers=_some(WORDS.headers),
        params=_some(WORDS.params),
    )


def _some(choices: Mapping[str, Sequence[str]]) -> strategies.SearchStrategy[dict[str, str]]:
    """Some of the names, each with one of its values."""
    optional = {name: strategies.sampled_from(values) for name, values in choices.items()}
    return strategies.fixed_dictionaries({}, optional=optional)


def _request(
    place: tuple[str, ...], method: str, ending: str, headers: dict[str, str], params: dict[str, str]
) -> Request:
    host, stem, *sent = place
    query = f"?{urlencode(params, safe='%')}" if params else ""
    path = f"{stem}{ending}"
    slash = "" if path.startswith("/") else "/"
    lines = [f"{name}: {text}" for name, text in headers.items()] + [f"Host: {one}" for one in sent]
    origin = host if "://" in host else f"http://{host}"
    return parse_request(f"{method} {origin}{slash}{path}{query}", lines)
