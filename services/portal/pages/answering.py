"""One request of a visitor, and how it is answered."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from services.portal.adapters.apis import Apis
from services.portal.adapters.cookies import SAID_COOKIE, THEME_COOKIE, THEMES, cookie_text
from services.portal.adapters.messages import Translate
from services.portal.adapters.rendering import html_response
from services.portal.adapters.service_answers import Away, Refusal
from services.portal.api.state import PortalState
from services.portal.api.visiting import Visit
from services.portal.domain.addresses import local_address
from services.portal.domain.visitor import Language, Visitor
from services.portal.pages.forms import Submitted
from services.portal.pages.problems import problem_of, wants_json
from shared.db.transaction import Transaction
from shared.http.state import state_of

_SAID_S = 60
_PARTS_FIELD = "x-parts"
"""A script asks, for the parts of an open page or to keep the page for later."""
_MEGABYTE = 1024 * 1024


@dataclass
class Page:
    """One request of a visitor."""

    request: Request
    visit: Visit

    @property
    def visitor(self) -> Visitor:
        return self.visit.visitor

    @property
    def language(self) -> Language:
        return self.visitor.language

    @property
    def state(self) -> PortalState:
        return state_of(self.request, PortalState)

    @cached_property
    def apis(self) -> Apis:
        """The other services, as the visitor."""
        return self.state.apis_of(self.visitor)

    @cached_property
    def t(self) -> Translate:
        """Say a message in the visitor's language: `page.t("resident-greeting", name=name)`."""
        return self.state.messages.translate(self.language)

    @cached_property
    def now(self) -> datetime:
        return self.state.database.clock.now()

    @cached_property
    def csrf(self) -> str:
        """The token of this answer's forms."""
        return self.visit.csrf_token()

    @property
    def wants_json(self) -> bool:
        """Whether a script asks, which shows the answer itself."""
        return wants_json(self.request)

    @cached_property
    def said(self) -> str | None:
        """What was just done, in words: shown once."""
        key = self.cookie(SAID_COOKIE)
        return self.t(key) if key and self.state.messages.is_plain(key) else None

    @property
    def theme(self) -> str:
        """Return `light`, `dark`, or empty: as the device is."""
        chosen = self.cookie(THEME_COOKIE)
        return chosen if chosen in THEMES else ""

    def cookie(self, name: str) -> str:
        """Return what the browser's cookie says, whatever that is; empty where there is none."""
        return cookie_text(self.request.headers, name, is_secure=self.visit.is_secure)

    def transaction(self) -> Transaction:
        """Return a transaction on the portal's own database, as the visitor."""
        return self.state.database.transaction(actor=self.visitor.person_id or "stranger")

    async def site(self, site_id: str) -> Mapping[str, Any]:
        """Return the site as tickets tells of it, a few seconds old at most, and also while tickets
        is away where it is known. Raises Refusal and Away.
        """
        return await self.state.site_cache.get(
            self.apis, self.visitor.person_id or "", str(site_id)
        )

    async def site_lines(self) -> Sequence[Mapping[str, Any]]:
        """Return the sites at which the visitor has a role, by id: `id name time_zone` of each, a
        few seconds old at most. Raises Refusal and Away, as `site` does.
        """
        return await self.state.site_cache.lines(self.apis, self.visitor.person_id or "")

    async def prefetch_sites(self) -> None:
        """Ask for the visitor's sites beside what else the page asks for first, so that `site` has
        them at hand. Where they cannot be had, `site` says so.
        """
        with suppress(Away, Refusal):
            await self.site_lines()

    def lost(self, form: Submitted) -> list[str]:
        """Return in words which files of a form were not taken, and why."""
        return [
            self.t(
                f"file-{each.why}",
                name=each.name,
                megabytes=ceil(each.size_bytes / _MEGABYTE),
                limit=each.limit_bytes // _MEGABYTE,
            )
            for each in form.lost
        ]

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """Return the page. Every context has `page visitor t csrf now language zone problem`; pass
        `zone=` where times are a site's.
        """
        html = self.state.templates.html(
            template,
            {
                "page": self,
                "visitor": self.visitor,
                "t": self.t,
                "csrf": self.csrf,
                "now": self.now,
                "language": self.language,
                "zone": None,
                "problem": None,
                **context,
            },
        )
        # a script that fetches the page shows none of it
        if self.cookie(SAID_COOKIE) and _PARTS_FIELD not in self.request.headers:
            self.visit.cookies.setdefault(SAID_COOKIE, ("", 0))
        accepted = self.request.headers.get("accept-encoding", "")
        response = html_response(html, status, accept_encoding=accepted)
        self.visit.write_cookies(response)
        return response

    def see_other(self, url: str, said: str | None = None) -> Response:
        """Return the way to another page of ours (303), on which the message `said` is shown once;
        a script is told the way as JSON.
        """
        url = local_address(url)
        if said is not None:
            self.visit.cookies[SAID_COOKIE] = said, _SAID_S
        if self.wants_json:
            return self.json({"location": url} | ({} if said is None else {"said": self.t(said)}))
        response = RedirectResponse(url, 303)
        self.visit.write_cookies(response)
        return response

    def json(self, members: Mapping[str, Any], status: int = 200) -> Response:
        """Return the members to a script."""
        response = JSONResponse(dict(members), status)
        self.visit.write_cookies(response)
        return response

    def refused(self, refusal: Refusal, template: str, **context: Any) -> Response:
        """Return the page once more with the `problem` in words, and the status of the refusal; a
        script is told the words as JSON.
        """
        problem = problem_of(refusal, self.t, self.state.messages)
        if self.wants_json:
            return self.json(problem.members, problem.status)
        return self.render(template, problem.status, problem=problem, **context)
