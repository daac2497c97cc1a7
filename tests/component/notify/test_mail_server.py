"""Mails over SMTP to servers that hang, drip, lie, refuse or vanish."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from services.notify.adapters.mail_files import MailFolder
from services.notify.adapters.mail_server import MailServer, SmtpSender
from services.notify.adapters.mails import sender_address
from services.notify.domain.mail_outcome import MailOutcome
from tests.component.notify.mail_receiver import (
    Hook,
    MailReceiver,
    closes,
    hangs,
    says,
    transport_of,
)
from tests.support.certificates import make_certificates
from tests.unit.notify.test_mail_outcome import meaning

SENDER = sender_address("Fettle <repairs@fettle.example>")
MAIL = b"Subject: a mail\r\nMessage-ID: <1@fettle.example>\r\n\r\nwords\r\n.\r\n..more\r\n"


@asynccontextmanager
async def sending(
    url: str, *, connections: int = 2, timeout_s: float = 20, ca: Path | None = None
) -> AsyncIterator[SmtpSender]:
    sender = SmtpSender(
        MailServer.of(url), SENDER, connections=connections, timeout_s=timeout_s, ca=ca
    )
    try:
        yield sender
    finally:
        await sender.close()


async def send(sender: SmtpSender, email: str = "li@example.com") -> MailOutcome:
    outcome, latency_s = await sender.send(MAIL, name="1", email=email)
    assert latency_s > 0
    return outcome


async def test_a_mail_arrives_as_it_was_written(mail_receiver: MailReceiver) -> None:
    async with sending(mail_receiver.url) as sender:
        outcome = await send(sender)

    (got,) = mail_receiver.got
    assert meaning(outcome) == "arrived"
    assert (got.sender, got.recipients) == ("repairs@fettle.example", ["li@example.com"])
    assert got.raw == MAIL


async def test_one_connection_is_used_for_mails_one_after_the_other(
    mail_receiver: MailReceiver,
) -> None:
    async with sending(mail_receiver.url) as sender:
        for _ in range(5):
            await send(sender)
        mail_receiver.on_recipient = says("450 4.2.0 greylisted")
        await send(sender)
        mail_receiver.on_recipient = None
        last = await send(sender)

    assert (mail_receiver.connections, len(mail_receiver.got)) == (1, 6)
    assert meaning(last) == "arrived"


async def test_there_are_never_more_connections_than_are_allowed(
    mail_receiver: MailReceiver,
) -> None:
    mail_receiver.on_recipient, released = hangs()

    async with sending(mail_receiver.url, connections=3) as sender:
        mails = [asyncio.create_task(send(sender)) for _ in range(12)]
        await mail_receiver.has_been_asked(3)
        waiting = (mail_receiver.at_once, len(mail_receiver.asked))
        released.set()
        outcomes = await asyncio.gather(*mails)

    assert waiting == (3, 3)
    assert mail_receiver.most_at_once == 3
    assert {meaning(each) for each in outcomes} == {"arrived"}


async def test_a_connection_that_the_server_has_left_is_replaced(
    mail_receiver: MailReceiver,
) -> None:
    async with sending(mail_receiver.url) as sender:
        await send(sender)

        async def once(server: SMTP) -> str:
            mail_receiver.on_sender = None
            return await closes()(server)

        mail_receiver.on_sender = once
        outcome = await send(sender)

    assert meaning(outcome) == "arrived"
    assert (mail_receiver.connections, len(mail_receiver.got)) == (2, 2)


@pytest.mark.parametrize("place", ["on_sender", "on_recipient", "on_content"])
async def test_a_server_that_hangs_is_given_up(mail_receiver: MailReceiver, place: str) -> None:
    hook, released = hangs()
    setattr(mail_receiver, place, hook)

    async with sending(mail_receiver.url, timeout_s=1) as sender:
        outcome = await send(sender)
        released.set()
        setattr(mail_receiver, place, None)
        after = await send(sender)

    assert (meaning(outcome), outcome.status) == ("server", None)
    assert "no whole answer within 1 s" in outcome.why()
    assert meaning(after) == "arrived"


def drips(piece: bytes) -> tuple[Hook, asyncio.Event]:
    """An answer without an end, piece by piece, until the event is set."""
    released = asyncio.Event()

    async def drip(server: SMTP) -> str:
        transport = transport_of(server)
        while not released.is_set() and not transport.is_closing():
            transport.write(piece)
            with suppress(TimeoutError):
                await asyncio.wait_for(released.wait(), 0.05)
        return "250 OK"

    return drip, released


@pytest.mark.parametrize(
    "piece", [b"2", b"250-more\r\n", b"2" * 5000], ids=["digit", "line", "much"]
)
async def test_a_server_that_drips_is_given_up(mail_receiver: MailReceiver, piece: bytes) -> None:
    mail_receiver.on_recipient, released = drips(piece)

    async with sending(mail_receiver.url, timeout_s=1) as sender:
        outcome = await send(sender)
        released.set()

    assert meaning(outcome) == "server"
    assert mail_receiver.got == []


@asynccontextmanager
async def a_server_that_says(greeting: bytes) -> AsyncIterator[str]:
    """The URL of a server that greets so, and says nothing else."""
    gone = asyncio.Event()

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?starttls=off"
    finally:
        gone.set()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    "greeting",
    [b"554 no service\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"220-" + b"x" * 70_000],
    ids=["refusal", "nonsense", "silence", "much"],
)
async def test_a_server_that_does_not_greet_is_no_fault_of_the_address(greeting: bytes) -> None:
    async with a_server_that_says(greeting) as url, sending(url, timeout_s=1) as sender:
        outcome = await send(sender)

    assert meaning(outcome) == "server"


async def test_a_server_that_is_not_there_is_no_fault_of_the_address(
    mail_receiver: MailReceiver,
) -> None:
    async with a_server_that_says(b"") as url:
        pass

    async with sending(url, timeout_s=5) as sender:
        outcome = await send(sender)
    async with sending("smtp://no-such-host.invalid", timeout_s=5) as sender:
        nowhere = await send(sender)

    assert (meaning(outcome), meaning(nowhere)) == ("server", "server")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 5.1.1 <li@example.com>: no such user LI", "no such address"),
        ("450 4.2.0 li@example.com is greylisted", "later"),
        ("554 5.7.1 relay access denied for <li@example.com>", "server"),
        ("552 5.2.2 mailbox of li@example.com is full", "message refused"),
    ],
)
async def test_what_the_server_says_is_told_without_the_address(
    mail_receiver: MailReceiver, answer: str, expected: str
) -> None:
    mail_receiver.on_recipient = says(answer)

    async with sending(mail_receiver.url) as sender:
        outcome = await send(sender)

    assert meaning(outcome) == expected
    assert answer[:3] in outcome.why()
    assert "li@example.com" not in outcome.why()
    assert not outcome.why().lower().endswith(" li")


async def test_a_server_that_vanishes_behind_the_mail_may_have_it(
    mail_receiver: MailReceiver,
) -> None:
    mail_receiver.on_content = closes()

    async with sending(mail_receiver.url) as sender:
        outcome = await send(sender)

    assert meaning(outcome) == "server"
    assert "it may be there" in outcome.why()
    assert len(mail_receiver.got) == 1  # and is not sent again before it is due again


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    return make_certificates(tmp_path)


def tls_of(certificates: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    gateway = certificates / "gateway"
    context.load_cert_chain(gateway / "gateway.pem", gateway / "gateway.key")
    return context


def log_in(*_: Any) -> AuthResult:
    given = _[-1]
    assert isinstance(given, LoginPassword)
    good = (given.login, given.password) == (b"fettle", b"p@ss:word/")
    return AuthResult(success=good, handled=good)


LOGIN = "fettle:p%40ss%3Aword%2F"


async def test_a_connection_is_encrypted_before_the_password_is_said(certificates: Path) -> None:
    options = {
        "tls_context": tls_of(certificates),
        "require_starttls": True,
        "auth_required": True,
        "authenticator": log_in,
    }
    ca = certificates / "public" / "ca.pem"
    async with MailReceiver(options=options).listening() as receiver:
        url = f"smtp://{LOGIN}@localhost:{receiver.port}?starttls=require"
        async with sending(url, ca=ca) as sender:
            trusted = await send(sender)
        async with sending(url) as sender:
            stranger = await send(sender)
        wrong = url.replace(LOGIN, "fettle:wrong")
        async with sending(wrong, ca=ca) as sender:
            refused = await send(sender)

    assert [meaning(each) for each in (trusted, stranger, refused)] == [
        "arrived",
        "server",
        "server",
    ]
    assert (refused.status, len(receiver.got)) == (535, 1)
    assert "wrong" not in refused.why()


async def test_nothing_is_said_to_a_server_that_cannot_encrypt_where_it_must(
    mail_receiver: MailReceiver,
) -> None:
    url = mail_receiver.url.replace("=off", "=require").replace("//", f"//{LOGIN}@")

    async with sending(url) as sender:
        outcome = await send(sender)

    assert meaning(outcome) == "server"
    assert mail_receiver.asked == []


async def test_smtps_is_encrypted_from_the_first_byte(certificates: Path) -> None:
    receiver = MailReceiver(implicit_tls=tls_of(certificates))
    async with receiver.listening():
        url = f"smtps://localhost:{receiver.port}"
        async with sending(url, ca=certificates / "public" / "ca.pem") as sender:
            outcome = await send(sender)

    assert (meaning(outcome), len(receiver.got)) == ("arrived", 1)


async def test_a_folder_keeps_the_newest_mails_whole(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "new" / "mail", max_files=3)

    for number in range(5):
        outcome, _ = await folder.send(b"%d" % number, name=f"{number}", email="li@example.com")
        assert meaning(outcome) == "arrived"
    await folder.send(b"again", name="4", email="li@example.com")

    kept = sorted((tmp_path / "new" / "mail").iterdir())
    assert [each.name for each in kept] == ["2.eml", "3.eml", "4.eml"]
    assert kept[-1].read_bytes() == b"again"


async def test_a_folder_that_cannot_be_written_is_no_fault_of_the_address(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")

    outcome, _ = await MailFolder(tmp_path / "mail").send(b"x", name="1", email="li@example.com")

    assert meaning(outcome) == "server"
