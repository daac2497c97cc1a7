"""A real OpenID Connect issuer, where there is one: npm's `oidc-provider`, in the folder that
FETTLE_OIDC_PROVIDER names.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import pytest

FOLDER = "FETTLE_OIDC_PROVIDER"
_PROGRAM = Path(__file__).parent / "oidc/provider.mjs"
_SECRET = "of-this-test-alone"
PORTAL_CLIENT, PORTAL_SECRET = "portal", "of-these/tests alone"
"""What a portal is at the issuer."""
_MAX_STEPS = 10


@dataclass(frozen=True)
class RealIssuer:
    url: str
    """Its `iss`."""
    _process: asyncio.subprocess.Process

    @property
    def configuration(self) -> str:
        """Where its OpenID Connect configuration is."""
        return f"{self.url}/.well-known/openid-configuration"

    async def token(self) -> str:
        """Return an access token of `dora`, a dispatcher of `demo`, by client credentials."""
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(
                f"{self.url}/token",
                auth=("dora", _SECRET),
                data={"grant_type": "client_credentials"},
            )
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    async def sign_in(self, address: str, login: str) -> str:
        """Sign the person in at the issuer, as a browser that was sent there; return where it sends
        the browser then.
        """
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(address)
            for _ in range(_MAX_STEPS):
                if answer.is_redirect:
                    to = str(answer.url.join(answer.headers["location"]))
                    if not to.startswith(self.url):
                        return to
                    answer = await http.get(to)
                    continue
                assert answer.status_code == 200, answer.text
                form, prompt = (
                    re.search(pattern, answer.text)
                    for pattern in (r'action="([^"]+)"', r'name="prompt" value="(\w+)"')
                )
                assert form, answer.text
                assert prompt, answer.text
                data = {"prompt": prompt[1], "login": login, "password": "any"}
                answer = await http.post(str(answer.url.join(form[1])), data=data)
        raise AssertionError(f"the issuer does not come to an end: {answer.url}")

    async def keys(self) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(trust_env=False) as http:
            found: list[dict[str, Any]] = (await http.get(f"{self.url}/jwks")).json()["keys"]
        return found

    async def add_key(self) -> None:
        """Sign with a new key from now on, and still publish the older ones."""
        await self._say("add")

    async def drop_old_keys(self) -> None:
        await self._say("drop")

    async def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        await _said_by(self._process, word)


async def _said_by(process: asyncio.subprocess.Process, word: str) -> str:
    """Return what follows the word in the line that begins with it. Raises EOFError where the
    issuer ends before.
    """
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while line := await process.stdout.readline():
            first, _, rest = line.decode().strip().partition(" ")
            if first == word:
                return rest
    raise EOFError(f"the issuer ended before it said {word}")


@asynccontextmanager
async def real_issuer() -> AsyncIterator[RealIssuer]:
    """Run one; the test is skipped where there is none."""
    node, folder = shutil.which("node"), os.environ.get(FOLDER)
    if node is None or not folder:
        pytest.skip(
            f"no node on the PATH, or {FOLDER} names no folder with oidc-provider; with npm: sh "
            ".ci/oidc.sh FOLDER"
        )
    with TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            *(node, _PROGRAM, folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
        )
        try:
            try:
                port = await _said_by(process, "ready")
            except (EOFError, TimeoutError) as error:
                complaints.seek(0)
                said = complaints.read().decode(errors="replace")
                raise AssertionError(f"{error or 'it does not start'}: {said[-2000:]}") from error
            yield RealIssuer(f"http://127.0.0.1:{port}", process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()
