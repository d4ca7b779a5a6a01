"""How people ask a gateway for something."""

from collections.abc import Sequence
from urllib.parse import urlsplit


def asking(url: str, hosts: Sequence[str]) -> str:
    """The curl command that asks a gateway at `url` for the first of `hosts` that is a whole name.

    curl connects to the gateway whatever that name resolves to, so that it works before DNS knows the name; and it
    says the name in the handshake, without which Envoy has no certificate to show.
    """
    named = next((host for host in hosts if "*" not in host), None)
    if named is None:
        return f"curl {url}"
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"curl --connect-to ::{parts.netloc.removesuffix(f':{parts.port}')}:{port} {parts.scheme}://{named}"
