"""Checks of raw Gateways: redirects to HTTPS that nobody serves."""

from collections.abc import Iterator

from components.settings.problems import Problem
from components.traffic.checks.whole.gateways import selected
from components.traffic.model import TrafficModel
from components.traffic.part import Part


def redirect_problems(model: TrafficModel) -> Iterator[Problem]:
    """Servers with httpsRedirect without any HTTPS server of the same pods.

    A rule of this project, for Gateways in their own field names; those of mesh.gateways have checks of theirs.
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


def _serves_https(part: Part) -> bool:
    servers = part.spec.at("servers")
    return any((one.at("port", "protocol").text or "").upper() in ("HTTPS", "TLS") for one in servers)
