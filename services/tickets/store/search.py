"""The words by which tickets are found: a narrow row beside each ticket, which a change of state
does not touch.
"""

from collections.abc import Iterable

from services.tickets.domain.search_words import marks_of, searched_text, tokens_of
from services.tickets.domain.ticket import Ticket
from services.tickets.store.tables import WordsRow
from shared.db.transaction import Transaction

_MAX_SCANNED_AT_ONE_SITE = 500
_MAX_SCANNED = 4_000
"""As many of the newest tickets within the bounds are read for their words first: what occurs often
is found there, and what does not is rare enough for the index of tokens, which gives all that match
in no order.
"""
_CLOSED_FACTOR = 20
"""So many times as many where closed tickets are asked for: the newest are those that are still
open.
"""


def save_words(tx: Transaction, ticket: Ticket) -> None:
    """Store what the ticket is found by, with the statement that stores the ticket."""
    said = searched_text(ticket)
    marks = marks_of(
        site=ticket.site_id,
        category=ticket.category,
        priority=ticket.priority.value,
        nature=ticket.nature,
    )
    row = {
        "ticket_id": ticket.id,
        "site_id": ticket.site_id,
        "said": said,
        "tokens": [*tokens_of(said.split()), *marks],
    }
    tx.save(WordsRow, row)


def parts_of(words: Iterable[str]) -> list[str]:
    """Return the words as parts for LIKE, each of which stands for nothing but itself."""
    literal = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})
    return [f"%{word.translate(literal)}%" for word in words]


def says(column: str, *, keyed: bool) -> str:
    """Return the condition that the column has all `:parts`, or all `:keyed_parts` where the
    question is `keyed`.
    """
    said = f"{column} like all(cast(:parts as text[]))"
    return f"({said} or {column} like all(cast(:keyed_parts as text[])))" if keyed else said


def found_by_words(
    *, one_site: bool, everywhere: bool, closed: bool, keyed: bool, bounds: str, and_fits: str
) -> str:
    """Return a select of the newest ids whose words match: `:parts` for LIKE, `:tokens` for the
    index with `:marks` among them, `:staff_sites` where they may be; with `:keyed_parts` and
    `:keyed_tokens` where the question is `keyed`.

    `bounds` limits a column `ticket_id`; `and_fits` is what the ticket of `found.ticket_id` has to
    be besides.
    """
    site = "site_id = any(cast(:staff_sites as text[]))"
    if one_site:
        site = "site_id = (cast(:staff_sites as text[]))[1]"
    if everywhere:
        site = "true"
    far_site = "true" if one_site else site  # one site is among the tokens
    said = says("said", keyed=keyed)
    tokens = "tokens @> cast(:tokens as text[])"
    if keyed:
        tokens = f"({tokens} or tokens @> cast(:keyed_tokens as text[]))"
    scanned = (_MAX_SCANNED_AT_ONE_SITE if one_site else _MAX_SCANNED) * (
        _CLOSED_FACTOR if closed else 1
    )
    within = f"ticket_words where {site} and {bounds}"
    # Looked at only where the page is not full: all that lies within the bounds may have been read
    # already.
    there_is_more = (
        f"(select count(*) from near) < :limit and exists (select from {within} offset {scanned})"
    )
    return f"""
        with near as materialized (
            select ticket_id as id from (
                select ticket_id, said, tokens from {within} order by ticket_id desc
                  limit {scanned}) as found
            where {said} and tokens @> cast(:marks as text[]) {and_fits} order by ticket_id desc
              limit :limit)
        select id from near union select id from (
            select ticket_id as id from (
                select ticket_id from ticket_words where {tokens}
                  and {far_site} and {said} offset 0) as found
            where {there_is_more} and {bounds} {and_fits} order by ticket_id desc
              limit :limit) as far"""
