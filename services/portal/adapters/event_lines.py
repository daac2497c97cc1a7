"""Server-sent events as they come (HTML, 9.2.6)."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

MAX_EVENT_BYTES = 4 * 1024 * 1024


class EventTooLarge(Exception):
    """An event without an end."""


@dataclass(frozen=True)
class ServerEvent:
    id: str
    data: str


async def read_events(
    pieces: AsyncIterator[bytes],
) -> AsyncGenerator[ServerEvent | None, None]:
    """Yield events, and None for what only says that the stream is alive. Raises EventTooLarge."""
    waiting = b""
    async for piece in pieces:
        waiting = (waiting + piece).replace(b"\r\n", b"\n")  # a line's end may come in two
        *blocks, waiting = waiting.split(b"\n\n")
        if len(waiting) > MAX_EVENT_BYTES:
            raise EventTooLarge
        for block in blocks:
            yield _event_in(block.decode("utf-8", errors="replace"))


def _event_in(block: str) -> ServerEvent | None:
    fields: dict[str, list[str]] = {}
    for line in block.split("\n"):
        name, _, value = line.partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    if "data" not in fields:
        return None
    return ServerEvent(fields.get("id", [""])[-1], "\n".join(fields["data"]))
