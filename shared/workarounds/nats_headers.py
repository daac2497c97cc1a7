"""nats-py reads and writes headers right, and slowly: it looks at each character of each name it
reads, and at each header it writes for itself.

A fact has a dozen headers; nats-py's own way with them was the largest single part of what a
consumer costs, and of what it costs to publish a fact.

Upstream: nats-io/nats.py#928 replaced the parser for e-mails, which was wrong as well as slow. To
be reported: its `_parse_header_lines` still takes several times as long as two splits of a string,
and `_send_publish` several times as long as one join and one look at the whole.
"""

from functools import lru_cache

from shared.workarounds.lean_nats import HEADER_KEY, Client, hpub_cmd

_is_name = lru_cache(maxsize=256)(HEADER_KEY.fullmatch)


class QuickHeaders(Client):
    """A client that splits headers as text, all at once, and joins them so."""

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        lines = raw.decode(errors="replace").split("\r\n")
        return {
            name.strip(): value.strip()
            for name, colon, value in (line.partition(":") for line in lines)
            if colon
        }

    async def _send_publish(
        self,
        subject: str,
        reply: str,
        payload: bytes,
        payload_size: int,
        headers: dict[str, str] | None,
    ) -> None:
        block = _written(headers) if headers and subject else None
        if block is None:
            await super()._send_publish(subject, reply, payload, payload_size, headers)
            return
        self.stats["out_msgs"] += 1
        self.stats["out_bytes"] += payload_size
        await self._send_command(hpub_cmd(subject, reply, block, payload))
        if self._flush_queue is not None and self._flush_queue.empty():
            await self._flush_pending()


def _written(headers: dict[str, str]) -> bytes | None:
    """Return the headers as they are sent; None for those that nats-py mends or refuses: names that
    are none, and values of several lines.
    """
    text = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    of_one_line_each = text.count("\n") == text.count("\r") == len(headers)
    if not of_one_line_each or not all(map(_is_name, headers)):
        return None
    return f"NATS/1.0\r\n{text}\r\n".encode()
