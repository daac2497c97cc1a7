"""The samples of docs/examples take what notify signs, and nothing else; each is tried where its
language is installed.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fettle.engines.processes import free_port
from fettle.home import CHECKOUT
from services.notify.domain.kinds import Kind
from services.notify.domain.signing import SECRET_BYTES, secret_from, signed_headers
from shared.ids import new_id
from tests.support.eventually import eventually

SECRET, OTHER = secret_from(b"a" * SECRET_BYTES), secret_from(b"b" * SECRET_BYTES)
OFFER, ACCEPTED = (
    b'{"type":"job.offered","data":{"offer_id":"1"}}',
    '{"type":"job.accepted","data":{"job_token":"水"}}'.encode(),
)


SAMPLES = ["python3 technician.py", "node technician.mjs", "java Technician.java"]
_OPTIONS = {"java": ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")}
"""By language: what spares a program that runs for a second half of what it takes."""


@pytest.fixture(params=SAMPLES)
async def client(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """Of a running sample."""
    language, sample = request.param.split()
    if shutil.which(language) is None:
        pytest.skip(f"there is no {language} here")
    port = free_port()
    environment = {**os.environ, "SECRET": SECRET, "PORT": str(port)}
    running = await asyncio.create_subprocess_exec(
        language,
        *_OPTIONS.get(language, ()),
        str(CHECKOUT / "docs/examples" / sample),
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False
        ) as sending:

            async def listens() -> bool:
                try:
                    return (await sending.post("/", content=b"{}")).status_code == 401
                except httpx.TransportError:
                    return False

            await eventually(listens, timeout_s=60)
            yield sending
    finally:
        running.kill()
        await running.wait()


async def test_a_sample_takes_what_is_signed_for_it_and_accepts_offers(
    client: httpx.AsyncClient,
) -> None:
    now = datetime.now(UTC)

    async def answer(
        body: bytes, *secrets: str, at: datetime = now, sent: bytes | None = None
    ) -> tuple[int, str | None]:
        got = await client.post(
            "/hook", content=sent or body, headers=signed_headers(secrets, new_id(), at, body)
        )
        return got.status_code, got.json().get("decision") if got.is_success else None

    assert await answer(OFFER, SECRET) == (200, "accept")
    assert await answer(OFFER, OTHER, SECRET) == (200, "accept")  # while the secret is rotated
    assert await answer(ACCEPTED, SECRET) == (200, None)
    assert await answer(OFFER, OTHER) == (401, None)
    assert await answer(OFFER, SECRET, sent=ACCEPTED) == (401, None)
    assert await answer(OFFER, SECRET, at=now - timedelta(minutes=6)) == (401, None)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("secret", [None, "", '{"status":401}'])
def test_a_sample_without_its_secret_says_in_one_line_what_to_set(
    sample: str, secret: str | None
) -> None:
    language, name = sample.split()
    if shutil.which(language) is None:
        pytest.skip(f"there is no {language} here")
    environment = {key: value for key, value in os.environ.items() if key != "SECRET"} | (
        {} if secret is None else {"SECRET": secret}
    )

    run = [language, *_OPTIONS.get(language, ()), str(CHECKOUT / "docs/examples" / name)]
    done = subprocess.run(
        run, env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["set SECRET to your endpoint's secret (whsec_…)"]


def test_the_page_says_what_every_kind_brings() -> None:
    page = (CHECKOUT / "docs/webhooks.md").read_text()

    assert [kind for kind in Kind if f"`{kind}`" not in page.partition("## Every kind")[2]] == []
