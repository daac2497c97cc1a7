"""nats-py's reader ends, and says so only in a log, at a subject that is not UTF-8.

Who may publish could silence a service so. nats-server lets such subjects through.

Upstream: no issue of nats-io/nats.py names it; to be reported: "`Client._build_message` decodes
subject and reply strictly; `_read_loop` breaks on the UnicodeDecodeError and the client neither
reconnects nor calls `error_cb`". The Rust client had the same, nats-io/nats.rs#1572.
"""

from shared.workarounds.lean_nats import Client, Msg


class AnySubject(Client):
    """A client that reads a subject that is not UTF-8 with replacement characters."""

    def _build_message(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None
    ) -> Msg:
        message: Msg = super()._build_message(
            sid, _readable(subject), _readable(reply), data, headers
        )
        return message


def _readable(subject: bytes) -> bytes:
    return subject if subject.isascii() else subject.decode(errors="replace").encode()
