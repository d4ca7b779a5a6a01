"""Checks of raw Gateways: redirects to HTTPS that nobody serves, and servers for all hosts in production."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.whole.gateways import selected
from components.traffic.model import TrafficModel
from components.traffic.part import Part

_EVERY_HOST = ("*", "*/*", "./*")


def redirect_problems(model: TrafficModel) -> Iterator[Problem]:
    """Servers with httpsRedirect without any HTTPS server of the same pods, and `*` as a host in production.

    Both are rules of this project, for Gateways in their own field names; those of mesh.gateways have checks of theirs.
    """
    encrypted = {pods for part in model.istio("Gateway") if _serves_https(part) for pods in selected(model, part)}
    for part in model.istio("Gateway"):
        if not part.given or not part.judged:
            continue
        missing = model.whole("Gateway") and encrypted.isdisjoint(selected(model, part))
        for server in part.spec.at("servers"):
            if missing and server.at("tls", "httpsRedirect").flag:
                yield server.at("tls", "httpsRedirect").problem(
                    "sends everybody to HTTPS, which no Gateway for these pods serves (a rule of this project)",
                    "Add a server with protocol HTTPS for the same hosts, or remove httpsRedirect",
                )
            yield from _every_host(server) if model.production else ()


def _serves_https(part: Part) -> bool:
    servers = part.spec.at("servers")
    return any((one.at("port", "protocol").text or "").upper() in ("HTTPS", "TLS") for one in servers)


def _every_host(server: Node) -> Iterator[Problem]:
    for host in server.at("hosts"):
        if host.text in _EVERY_HOST:
            yield host.problem(
                "takes requests for every host, which production refuses (a rule of this project)",
                "Name the hosts, for example 'shop.example.com' or '*.example.com'",
            )
