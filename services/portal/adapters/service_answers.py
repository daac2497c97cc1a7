"""What the other services answer, and that they do not."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Refusal(Exception):
    """A service says no, with a reason that the visitor can act on (RFC 9457)."""

    def __init__(
        self, service: str, status: int, code: str, detail: str, members: Mapping[str, Any]
    ) -> None:
        super().__init__(f"{service}: {status} {code}: {detail}")
        self.service, self.status, self.code = service, status, code
        self.detail, self.members = detail, members


class Away(Exception):
    """A service does not answer: it is down, slow, or broken."""

    def __init__(self, service: str) -> None:
        super().__init__(f"{service} does not answer")
        self.service = service


@dataclass(frozen=True)
class Missing:
    """Stands in a page for what a service that is away would have said."""

    service: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`json` is None for an answer without a body; header names are in lower case."""

    status: int
    json: Any
    etag: str | None
    headers: Mapping[str, str]

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the list's next page, which `Link` names; None on the last."""
        link = self.headers.get("link", "")
        if 'rel="next"' not in link:
            return None
        query = urlsplit(link[link.find("<") + 1 : link.find(">")]).query
        return next(iter(parse_qs(query).get("cursor", [])), None)


async def parts(*wanted: Awaitable[Any]) -> list[Any]:
    """Return what each gives, all asked together; `Missing` for one whose service is away. Raises
    the first Refusal, once all have ended.
    """
    found = await asyncio.gather(*wanted, return_exceptions=True)
    answered: list[Any] = []
    for each in found:
        if isinstance(each, Away):
            answered.append(Missing(each.service))
        elif isinstance(each, BaseException):
            raise each
        else:
            answered.append(each)
    return answered
