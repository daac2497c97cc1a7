"""Codes of the services in the words of the page's language."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.portal.adapters.apis import Away, Refusal
from services.portal.domain.site_words import category_names
from services.portal.pages.page import Page

CLOCKS = {
    "response": "clock-response",
    "arrival": "clock-arrival",
    "resolution": "clock-resolution",
    "update": "clock-update",
}
PRIORITIES = {
    "emergency": "priority-emergency",
    "urgent": "priority-urgent",
    "normal": "priority-normal",
    "low": "priority-low",
}
CAUSES = {
    "on_hold": "manager-cause-on-hold",
    "at_desk": "manager-cause-at-desk",
    "reopened": "manager-cause-reopened",
    "not_taken": "manager-cause-not-taken",
    "not_there": "manager-cause-not-there",
    "not_done": "manager-cause-not-done",
    "unknown": "manager-cause-unknown",
}
OUTCOMES = {
    "kept": "manager-outcome-kept",
    "broken": "manager-outcome-broken",
    "running": "manager-outcome-running",
    "paused": "manager-outcome-paused",
    "cancelled": "manager-outcome-cancelled",
    "unknown": "manager-outcome-unknown",
}
GIVEN_UP = {
    "attempts_exhausted": "desk-messages-why-exhausted",
    "endpoint_disabled": "desk-messages-why-disabled",
    "endpoint_removed": "desk-messages-why-removed",
    "address_removed": "desk-messages-why-address-removed",
    "endpoint_gone": "desk-messages-why-gone",
    "refused": "desk-messages-why-refused",
    "undeliverable": "desk-messages-why-undeliverable",
}
SWITCHED_OFF = {
    "by_owner": "desk-messages-off-by-owner",
    "failing_for_five_days": "desk-messages-off-failing",
    "gone": "desk-messages-why-gone",
    "undeliverable": "desk-messages-why-undeliverable",
}
"""Why an endpoint takes no messages, behind why one was given up."""
DEAD_LETTERS = {
    "malformed": "desk-letters-why-malformed",
    "not_of_its_owner": "desk-letters-why-not-of-its-owner",
    "kills_process": "desk-letters-why-kills-process",
    "failed": "desk-letters-why-failed",
}
REPLY_FAULTS = {
    "body_too_long": "desk-endpoints-reply-body-too-long",
    "body_packed": "desk-endpoints-reply-body-packed",
    "body_not_text": "desk-endpoints-reply-body-not-text",
    "body_not_json": "desk-endpoints-reply-body-not-json",
    "decision_missing": "desk-endpoints-reply-decision-missing",
    "decision_unknown": "desk-endpoints-reply-decision-unknown",
    "decision_ambiguous": "desk-endpoints-reply-decision-ambiguous",
    "reason_not_text": "desk-endpoints-reply-reason-not-text",
    "arrival_not_a_time": "desk-endpoints-reply-arrival-not-a-time",
    "arrival_out_of_range": "desk-endpoints-reply-arrival-out-of-range",
}
_SITES_ASKED = 8
"""How many sites are asked for the names of categories, where a page is about all."""


def word(page: Page, words: Mapping[str, str], code: str | None) -> str:
    """Return the word of a code; the code itself where there is none."""
    key = words.get(code or "")
    return (code or "") if key is None else page.t(key)


def month_word(page: Page, month: date) -> str:
    return page.t(
        "manager-month", month=page.t(f"moment-month-{month.month}"), year=str(month.year)
    )


def remarks_in_words(page: Page, read: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return what a service finds odd about a setting that it was asked for, in words, where there
    are some; `names` are those of categories.
    """
    said = []
    for each in read["remarks"]:
        category = each["values"].get("category", "")
        values = {**each["values"], "category": names.get(category, category)}
        said.append(said_by_code(page, "desk-remark-", each["code"], values, each["text"]))
    return said


def said_by_code(
    page: Page, family: str, code: str | None, values: Mapping[str, str], otherwise: str
) -> str:
    """Return the message of the `family` that says the code, with its values; what the service says
    itself where there is none.
    """
    key = f"{family}{(code or '').replace('_', '-')}"
    return page.t(key, **values) if page.state.messages.has(key) else otherwise


async def names_of_categories(page: Page, site_ids: Iterable[str]) -> dict[str, str]:
    """Return what categories are called at these sites, by code; nothing of what is away."""
    asked = (page.site(site_id) for site_id in list(site_ids)[:_SITES_ASKED])
    names: dict[str, str] = {}
    for site in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(site, Away | Refusal):
            continue
        if isinstance(site, BaseException):
            raise site
        names = category_names(site, page.language) | names
    return names
