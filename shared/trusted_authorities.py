"""Who may vouch for the servers that are called."""

import ssl
from functools import cache

import httpx


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Return what proves servers by the authorities that `SSL_CERT_FILE` or certifi names, read
    once in a process, for that takes longer than most calls.
    """
    return httpx.create_ssl_context()
