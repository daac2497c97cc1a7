"""aiohttp reads no authority before it needs one."""

import subprocess
import sys

_LOOK = """
import ssl
from shared.workarounds.aiohttp_authorities import import_aiohttp
import_aiohttp()
import aiohttp
context = aiohttp.connector._SSL_CONTEXT_VERIFIED
print(context.cert_store_stats()["x509_ca"], context.verify_mode.name, context.check_hostname)
context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="fettle.example")
usual = ssl.create_default_context()
print(context.cert_store_stats() == usual.cert_store_stats())
print(context.verify_flags == usual.verify_flags, context.options == usual.options)
"""


def test_authorities_are_read_for_the_first_connection_and_are_the_usual_ones() -> None:
    command = [sys.executable, "-c", _LOOK]

    looked = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert looked.splitlines() == ["0 CERT_REQUIRED True", "True", "True True"]
