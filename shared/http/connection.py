"""Connections: uvicorn's, with a head that has an end. What cannot be read as HTTP is answered as a
problem too.
"""

from shared.http.front import SAFE_FIELDS
from shared.http.problems import problem
from shared.workarounds.uvicorn_heads import BoundedHead

_REFUSALS = {
    400: ("The request cannot be read", "bad_request"),
    408: ("Too slow", "head_too_slow"),
    431: ("Too large", "head_too_large"),
}
"""Status → the problem's title and code."""


class Connection(BoundedHead):
    def refusal(self, status: int, reason: str) -> bytes:
        """Return the problem as it goes over the wire."""
        title, code = _REFUSALS[status]
        answer = problem(status, title, code, reason)
        answer.headers["Connection"] = "close"
        head = b"".join(
            name + b": " + value + b"\r\n" for name, value in (*answer.raw_headers, *SAFE_FIELDS)
        )
        return b"HTTP/1.1 %d Refused\r\n" % status + head + b"\r\n" + bytes(answer.body)
