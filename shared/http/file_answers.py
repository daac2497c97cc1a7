"""A file as an answer: its parts on request, nothing for who has it, and never all of it in
memory.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from shared.http.declared import HeaderField
from shared.http.head import is_head
from shared.http.ranges import has_it, range_of

_READ_BYTES = 256 * 1024
"""So much is read at once, in a thread."""

FILE_FIELDS: Final = (
    HeaderField(
        name="ETag",
        description="Strong: it stands for these very bytes.",
        schema={"type": "string"},
    ),
    HeaderField(
        name="Content-Disposition",
        description="`inline` for an image, `attachment` for what no browser is to open here.",
        schema={"type": "string"},
    ),
    HeaderField(name="Accept-Ranges", description="`bytes`.", schema={"const": "bytes"}),
)
FILE_READS: Final = (
    HeaderField(
        name="Range",
        description="One range of bytes, such as `bytes=0-1023`; of several, the whole file is "
        "the answer.",
        schema={"type": "string"},
    ),
    HeaderField(
        name="If-Range",
        description="The `ETag` of the file that the range is of; the whole of another one.",
        schema={"type": "string"},
    ),
    HeaderField(
        name="If-None-Match",
        description="The `ETag` of what is there already: 304 where it is the same.",
        schema={"type": "string"},
    ),
)


def file_response(*media_types: str) -> dict[str, Any]:
    """Return how a route is declared that answers with a file of one of these types."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
    return {
        "response_class": FileAnswer,
        "responses": {
            200: {"description": "The file.", "content": content},
            206: {"description": "The part of the file that was asked for.", "content": content},
            304: {"description": "The file is the one that `If-None-Match` names."},
        },
    }


class FileAnswer(Response):
    """The open file, or the part of it that is asked for; it is closed when it was sent."""

    def __init__(
        self, file: BinaryIO, fields: Mapping[str, str], size: int, status_code: int = 200
    ) -> None:
        self.status_code = status_code
        self.background = None
        self.body = b""
        self._file, self._size = file, size
        self.init_headers({**fields, "content-length": str(size)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            left = 0 if is_head(scope) else self._size
            while left:
                piece = await asyncio.to_thread(self._file.read, min(left, _READ_BYTES))
                if not piece:
                    raise OSError("a file is shorter than it was when it was stored")
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()


def file_answer(
    request: Request, file: BinaryIO, *, size_bytes: int, sha256: str, fields: Mapping[str, str]
) -> Response:
    """Return the answer to what was asked of the open file, which is the answer's to close;
    `fields` say what it is.

    Raises NoSuchRange.
    """
    etag = f'"{sha256}"'
    said = {**fields, "etag": etag, "accept-ranges": "bytes"}
    try:
        if has_it(request.headers, etag=etag):
            file.close()
            return Response(status_code=304, headers=said)
        asked = range_of(request.headers, size_bytes=size_bytes, etag=etag)
        if asked is None:
            return FileAnswer(file, said, size_bytes)
        first, last = asked
        file.seek(first)
    except BaseException:
        file.close()
        raise
    said["content-range"] = f"bytes {first}-{last}/{size_bytes}"
    return FileAnswer(file, said, last - first + 1, 206)
