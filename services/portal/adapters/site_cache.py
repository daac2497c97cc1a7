"""Sites as tickets tells of them, for the names that pages show: asked for once in a few seconds,
and what is known while tickets is away.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.portal.adapters.apis import Apis, path_of
from services.portal.adapters.newest import Newest
from services.portal.adapters.service_answers import Away, Refusal

_FRESH_S = 5.0
_KNOWN_S = 3600.0
_MAX_PAGES, _PAGE = 10, 200
"""A person's list has two thousand sites at most."""
_MAX_PEOPLE, _MAX_SITES = 20_000, 2000

Site = Mapping[str, Any]


@dataclass(frozen=True)
class _Seen:
    """What a person saw of sites, and when: versions by id, and of a list the lines."""

    at: float
    versions: Mapping[str, int]
    lines: Sequence[Site] = ()


class SiteCache:
    """Which sites they see, and in which version, is asked for each person. The site itself, which
    may have thousands of flats, is the same for all of them: told and held once for each version.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lists = Newest[str, _Seen](_MAX_PEOPLE)
        self._asked: dict[str, asyncio.Task[_Seen]] = {}
        """Lists that are on their way: what one page needs several times is asked once."""
        self._looks = Newest[tuple[str, str], _Seen](_MAX_PEOPLE)
        """By person and site: a list leaves out removed sites, and those beyond its end."""
        self._sites = Newest[str, Site](_MAX_SITES)
        """The newest that was told of each."""

    async def lines(self, apis: Apis, person_id: str) -> Sequence[Site]:
        """Return the sites that the person sees, by id: `id name time_zone` of each. Raises
        Refusal, and Away where nothing is known of them.
        """
        try:
            return (await self._list(apis, person_id)).lines
        except Away:
            known = self._lists.get(person_id)
            if known is None or self._now() - known.at > _KNOWN_S:
                raise
            return known.lines

    async def get(self, apis: Apis, person_id: str, site_id: str) -> Site:
        """Return the site. Raises Refusal, and Away where nothing is known of it."""
        try:
            return await self._told(apis, person_id, site_id)
        except Away:
            seen, known = self._seen(person_id, site_id), self._sites.get(site_id)
            if seen is None or known is None or self._now() - seen.at > _KNOWN_S:
                raise
            return known

    async def _told(self, apis: Apis, person_id: str, site_id: str) -> Site:
        """Return the site as the person sees it now. Raises Refusal, Away."""
        with suppress(Refusal):  # what is refused of a list says nothing of the site
            await self._list(apis, person_id)
        seen, known = self._seen(person_id, site_id), self._sites.get(site_id)
        wanted = None if seen is None or not self._is_fresh(seen) else seen.versions[site_id]
        if known is not None and wanted is not None and known["version"] >= wanted:
            return known
        site: Site = await apis.tickets.get(path_of("/v1/sites/{}", site_id))
        if known is None or site["version"] != known["version"]:
            self._sites.put(site_id, site)
            known = site
        self._looks.put((person_id, site_id), _Seen(self._now(), {site_id: site["version"]}))
        return known

    def _seen(self, person_id: str, site_id: str) -> _Seen | None:
        """Return what the person saw of the site last; None where they saw nothing."""
        listed = self._lists.get(person_id)
        if listed is not None and site_id in listed.versions:
            return listed
        return self._looks.get((person_id, site_id))

    async def _list(self, apis: Apis, person_id: str) -> _Seen:
        """Return which sites the person sees. Raises Away, Refusal."""
        listed = self._lists.get(person_id)
        if listed is not None and self._is_fresh(listed):
            return listed
        asked = self._asked.get(person_id)
        if asked is None:
            asked = asyncio.create_task(self._ask(apis, person_id))
            self._asked[person_id] = asked
            asked.add_done_callback(partial(self._answered, person_id))
        # a page that is not waited for any more takes the answer from no other
        return await asyncio.shield(asked)

    async def _ask(self, apis: Apis, person_id: str) -> _Seen:
        lines: list[Site] = []
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            answer = await apis.tickets.answer("GET", "/v1/sites", limit=_PAGE, cursor=cursor)
            lines += answer.json["items"]
            cursor = answer.next_cursor
            if cursor is None:
                break
        versions = {str(each["id"]): int(each["version"]) for each in lines}
        listed = _Seen(self._now(), versions, lines)
        self._lists.put(person_id, listed)
        return listed

    def _answered(self, person_id: str, asked: "asyncio.Task[_Seen]") -> None:
        self._asked.pop(person_id, None)
        if not asked.cancelled():
            asked.exception()  # said to those who wait, and to no log where none does

    def _is_fresh(self, seen: _Seen) -> bool:
        return self._now() - seen.at < _FRESH_S
