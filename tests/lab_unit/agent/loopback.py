"""Requests to the agent's small servers."""

from collections.abc import Mapping

import httpx

from lab.authorities import public_authorities


def request(
    port: int,
    path: str = "/",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """The answer of a port of loopback over HTTP."""
    url, authorities = f"http://127.0.0.1:{port}{path}", public_authorities()
    return httpx.request(method, url, headers=headers, content=content, trust_env=False, verify=authorities)
