"""aiohttp reads no authority before it needs one."""

import subprocess
import sys

_PLAIN = """
import ssl
from aiohttp import connector
usual = ssl.create_default_context()
print(connector._SSL_CONTEXT_VERIFIED.cert_store_stats() == usual.cert_store_stats())
"""
_LATER = """
import ssl
from shared.workarounds.aiohttp_authorities import import_aiohttp
import_aiohttp()
from aiohttp import connector
context = connector._SSL_CONTEXT_VERIFIED
print(context.cert_store_stats()["x509_ca"], context.verify_mode.name, context.check_hostname)
context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="fettle.example")
usual = ssl.create_default_context()
print(context.cert_store_stats() == usual.cert_store_stats())
print(context.verify_flags == usual.verify_flags, context.options == usual.options)
"""


def _printed(script: str) -> list[str]:
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_by_itself_aiohttp_reads_them_when_it_is_imported() -> None:
    assert _printed(_PLAIN) == ["True"]


def test_authorities_are_read_for_the_first_connection_and_are_the_usual_ones() -> None:
    assert _printed(_LATER) == ["0 CERT_REQUIRED True", "True", "True True"]
