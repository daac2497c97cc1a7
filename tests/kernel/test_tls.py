"""Broker and database are spoken to in the clear, or with a certificate that is looked at: as the
address says.
"""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from fettle.engines.nats import NatsServer
from shared.db.engine import asyncpg_url, tls_arguments
from shared.messaging.broker import Broker
from tests.support.certificates import make_certificates
from tests.support.eventually import eventually

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="deploy/certificates.sh needs openssl"
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("tls"))


class _Encrypted(NatsServer):
    """As compose.yaml starts it."""

    certificates: Path

    def _command(self) -> list[str]:
        server = self.certificates / "gateway"
        files = [f"--tlscert={server}/gateway.pem", f"--tlskey={server}/gateway.key"]
        return [*super()._command(), "--tls", *files]


@pytest.fixture(scope="module")
def encrypted(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    _Encrypted.certificates = certificates
    with _Encrypted.start(tmp_path_factory.mktemp("encrypted")) as server:
        yield server


@asynccontextmanager
async def _connecting(url: str, ca: Path | None) -> AsyncIterator[Broker]:
    broker = Broker(url, name="test", ca=ca)
    trying = asyncio.create_task(broker.connect())
    try:
        yield broker
    finally:
        trying.cancel()
        await asyncio.wait([trying])
        await broker.close()


async def test_a_broker_with_tls_is_believed_by_its_certificate(
    encrypted: NatsServer, certificates: Path
) -> None:
    url = f"tls://localhost:{encrypted.port}"

    async with _connecting(url, certificates / "public" / "ca.pem") as broker:

        async def is_connected() -> bool:
            return broker.connected

        await eventually(is_connected)
        assert (await broker.ask("STREAM.NAMES"))["streams"] is None


@pytest.mark.parametrize(
    ("host", "authority", "said"),
    [("localhost", None, "self-signed|unable to get"), ("127.0.0.1", "ca.pem", "mismatch")],
)
async def test_a_broker_that_shows_the_certificate_of_another_is_not_believed(
    encrypted: NatsServer, certificates: Path, host: str, authority: str | None, said: str
) -> None:
    ca = certificates / "public" / authority if authority else None
    broker = Broker(f"tls://{host}:{encrypted.port}", name="test", ca=ca)
    failures: asyncio.Queue[Exception] = asyncio.Queue()

    async def note(error: Exception) -> None:
        failures.put_nowait(error)

    broker._on_error = note  # type: ignore[method-assign]
    trying = asyncio.create_task(broker.connect())
    failure = await failures.get()
    trying.cancel()
    await asyncio.wait([trying])
    await broker.close()

    assert isinstance(failure, ssl.SSLCertVerificationError)
    with pytest.raises(ssl.SSLCertVerificationError, match=said):
        raise failure


async def test_a_broker_without_tls_is_told_no_password_where_the_address_says_tls() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def pretend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"server_id":"x","version":"2.15.1","max_payload":1048576}\r\n')
        heard.put_nowait(await reader.read())
        writer.close()

    async with await asyncio.start_server(pretend, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with _connecting(f"tls://tickets:secret@127.0.0.1:{port}", None):
            assert await heard.get() == b""


async def test_a_database_is_asked_for_what_its_address_says_of_tls(certificates: Path) -> None:
    """A server that answers PostgreSQL's question for TLS, and no more."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    gateway = certificates / "gateway"
    context.load_cert_chain(gateway / "gateway.pem", gateway / "gateway.key")
    started: asyncio.Queue[bytes] = asyncio.Queue()

    async def pretend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # SSLRequest
        writer.write(b"S")
        await writer.drain()
        try:
            await writer.start_tls(context)
            started.put_nowait(await reader.read(64))
        except OSError as error:
            started.put_nowait(repr(error).encode())
        writer.close()

    server = await asyncio.start_server(pretend, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for host, authority, is_believed in (
        ("localhost", "public/ca.pem", True),
        ("localhost", "nats/nats.pem", False),
        ("127.0.0.1", "public/ca.pem", False),
    ):
        given = urlencode({"sslmode": "verify-full", "sslrootcert": certificates / authority})
        url = f"postgresql://tickets:secret@{host}:{port}/tickets?{given}"
        engine = create_async_engine(asyncpg_url(url), connect_args=tls_arguments(url))

        with pytest.raises((OSError, DBAPIError)) as failed:
            await engine.connect()
        assert ("certificate verify failed" in str(failed.value)) is not is_believed
        assert (b"tickets" in await started.get()) is is_believed
        await engine.dispose()

    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("url", "engine", "arguments"),
    [
        ("postgresql://a:b@c/d", "postgresql+asyncpg://a:b@c/d", {}),
        (
            "postgres://a:b@c/d?sslmode=verify-full&sslrootcert=/x/ca.pem",
            "postgresql+asyncpg://a:b@c/d",
            {"dsn": "postgresql://?sslmode=verify-full&sslrootcert=%2Fx%2Fca.pem"},
        ),
        (
            "postgresql://a@/d?host=/run/pg&sslmode=disable&ssl=prefer",
            "postgresql+asyncpg://a@/d?host=%2Frun%2Fpg&ssl=prefer",
            {"dsn": "postgresql://?sslmode=disable"},
        ),
    ],
)
def test_what_an_address_says_of_tls_goes_to_asyncpg(
    url: str, engine: str, arguments: dict[str, str]
) -> None:
    assert (asyncpg_url(url), tls_arguments(url)) == (engine, arguments)
