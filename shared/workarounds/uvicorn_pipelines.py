"""uvicorn parses all requests that come in one read, thousands of them, and makes the state of each
before the first is answered; where the client goes away, it tells the last of them, and the one
that is being answered fails with `RuntimeError: the handler is closed`, or waits for ever. A field
after a chunked body counts as one of the head, in which a proxy looked for it in vain.

Upstream: to be reported: requests that wait in a pipeline are to stay bytes, `connection_lost` is
to be told to the request that is being served, and trailer fields are to be left out.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EMPTY_LINE = b"\r\n\r\n"


class OneAtATime(HttpToolsProtocol):
    """A connection that parses the next request once the one before it is answered; what comes
    before that is kept as it came, and no more than one read of it.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._kept, self._parsed = b"", 0
        """What has come, and how much of it is parsed."""
        self._head_bytes = 0
        """How much of the head that is being received is parsed."""
        self._tail = b""
        """The last bytes that were parsed, which may be the begin of an empty line."""
        self._in_body = False
        self._body_left: int | None = None
        """Bytes of the body that are still to come; None where the head does not say how many."""

    @property
    def receives(self) -> bool:
        """Return whether a part of a request has come, and not all of it."""
        return self._in_body or self._head_bytes > 0

    def head_begins(self) -> None:
        """Called with the first bytes of a head."""

    def head_grows(self, bytes_so_far: int) -> None:
        """Called before more of a head is parsed; may close the connection."""

    def body_is_left(self, size: int) -> None:
        """Called when a request is answered before its body has come, and for each further piece of
        it, with its size: 0 at first; may close the connection.
        """

    def data_received(self, data: bytes) -> None:
        self._kept, self._parsed = self._kept[self._parsed :] + data, 0
        self._parse()

    def connection_lost(self, exc: Exception | None) -> None:
        self._kept, self._parsed = b"", 0
        super().connection_lost(exc)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_bytes, self._tail, self._in_body, self._body_left = 0, b"", True, None
        for name, value in self.headers:
            if name == b"content-length":  # the parser has refused what is no number, and a second
                self._body_left = int(value)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._in_body:
            self.body_is_left(0)
        self._parse()

    def _parse(self) -> None:
        while self._parsed < len(self._kept) and not self.transport.is_closing():
            if self._in_body:
                size = self._body_size()
                if self.cycle.response_complete:
                    self.body_is_left(size)
            elif self.cycle is None or self.cycle.response_complete:
                size = self._head_size()
            else:  # the request before it is being answered
                self.flow.pause_reading()
                return
            if self.transport.is_closing():
                return
            begin, self._parsed = self._parsed, self._parsed + size
            super().data_received(self._kept[begin : self._parsed])

    def _head_size(self) -> int:
        """Return how much of what is kept belongs to the head, and tell that it is coming."""
        if not self._head_bytes:
            self.head_begins()
        size = self._up_to_empty_line()
        self._head_bytes += size
        self.head_grows(self._head_bytes)
        return size

    def _body_size(self) -> int:
        """Return how much of what is kept belongs to the body, and no byte of another request:
        where its length is not known, it ends with an empty line.
        """
        if self._body_left is None:
            return self._up_to_empty_line()
        size = min(self._body_left, len(self._kept) - self._parsed)
        self._body_left -= size
        return size

    def _up_to_empty_line(self) -> int:
        """Return how much of what is kept there is up to the end of an empty line, or all."""
        kept, begin = self._kept, self._parsed
        if self._tail:
            beginning = self._tail + kept[begin : begin + len(_EMPTY_LINE) - 1]
            if (end := beginning.find(_EMPTY_LINE)) >= 0:
                size = end + len(_EMPTY_LINE) - len(self._tail)
                self._tail = b""
                return size
        if (end := kept.find(_EMPTY_LINE, begin)) >= 0:
            self._tail = b""
            return end + len(_EMPTY_LINE) - begin
        self._tail = (self._tail + kept[max(begin, len(kept) - 3) :])[-3:]
        return len(kept) - begin
