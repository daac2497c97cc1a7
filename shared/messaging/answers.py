"""What JetStream answers, and the errors that its refusals stand for.

BrokerError
├── BrokerSilent    no answer in time, or not connected: try again
├── BrokerTooOld    a server that would ignore what the consumers rely on
└── BrokerRefused   an answer that says no, with JetStream's `err_code`
    ├── NoSuchStream · NoSuchConsumer · NoSuchMessage
    │   └── NoResponders    nothing listens at the subject: no stream, or no topology process
    ├── StreamFull      `discard: new` at `max_bytes`: back off
    └── FactRefused     larger than the stream takes: no retry will help
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from shared.workarounds.lean_nats import Msg, nats_errors


class BrokerError(Exception):
    pass


class BrokerSilent(BrokerError):
    pass


class BrokerRefused(BrokerError):
    def __init__(self, description: str, err_code: int = 0) -> None:
        super().__init__(f"{description} ({err_code})" if err_code else description)
        self.err_code = err_code


class NoSuchStream(BrokerRefused):
    pass


class NoSuchConsumer(BrokerRefused):
    pass


class NoSuchMessage(BrokerRefused):
    pass


class NoResponders(NoSuchStream):
    pass


class StreamFull(BrokerRefused):
    pass


class FactRefused(BrokerRefused):
    pass


_KINDS: Mapping[int, type[BrokerRefused]] = {  # nats-server, server/errors.json
    10059: NoSuchStream,
    10014: NoSuchConsumer,
    10037: NoSuchMessage,
    10077: StreamFull,
    10047: StreamFull,
    10023: StreamFull,
    10054: FactRefused,
}


class BrokerTooOld(BrokerError):
    pass


@dataclass(frozen=True)
class Stored:
    """Where JetStream put a fact; `duplicate` when it had it already."""

    seq: int
    duplicate: bool


def read_stored(message: Msg) -> Stored:
    """Return where a stream stored a fact, read from its acknowledgement.

    Raises the BrokerRefused that it stands for.
    """
    if (message.headers or {}).get("Status") == "503":
        raise NoSuchStream(f"no stream answers at {message.subject}")
    return stored_in(message.subject, answer_in(message.subject, message))


def stored_in(subject: str, answer: Mapping[str, Any]) -> Stored:
    """Return where the fact is stored; raises BrokerRefused for what no stream answers."""
    if "seq" not in answer:
        raise BrokerRefused(f"who answered at {subject} is no stream")
    return Stored(seq=int(answer["seq"]), duplicate=bool(answer.get("duplicate", False)))


def answer_in(subject: str, message: Msg) -> dict[str, Any]:
    """Return the answer; raises the BrokerRefused that its `err_code` stands for."""
    try:
        answer: dict[str, Any] = from_json(message.data)
    except ValueError as error:
        raise BrokerRefused(f"the answer at {subject} is not JetStream's") from error
    if error_said := answer.get("error"):
        code = int(error_said.get("err_code", 0))
        kind = _KINDS.get(code, BrokerRefused)
        raise kind(str(error_said.get("description", "refused")), code)
    return answer


@contextlib.contextmanager
def named_failures(subject: str) -> Iterator[None]:
    """Raise nats-py's exceptions as BrokerErrors."""
    try:
        yield
    except nats_errors.NoRespondersError as error:
        raise NoResponders(f"no stream answers at {subject}") from error
    except nats_errors.MaxPayloadError as error:
        raise FactRefused(str(error)) from error
    except (nats_errors.BadSubjectError, nats_errors.BadHeaderError) as error:
        raise FactRefused(f"{type(error).__name__}: {error}") from error
    except (TimeoutError, nats_errors.Error, OSError) as error:
        raise BrokerSilent(f"{subject}: {error or type(error).__name__}") from error
