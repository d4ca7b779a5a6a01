"""The certificate authorities by which servers of the world outside are recognised."""

import ssl
from functools import cache

import httpx


@cache
def public_authorities() -> ssl.SSLContext:
    """Those that httpx trusts (certifi's, or the ones that SSL_CERT_FILE or SSL_CERT_DIR name), read once in a process.

    A client of its own reads all of them anew, also to speak plain HTTP, which takes longer than its request.
    """
    return httpx.create_ssl_context()
