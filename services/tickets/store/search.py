"""The words by which tickets are found: a narrow row beside each ticket, which a change of state
does not touch.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from services.tickets.domain.search_words import (
    LINE,
    marks_of,
    needed_tokens,
    searched_text,
    tokens_of,
)
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING
from services.tickets.store.filters import Filters
from services.tickets.store.pending_words import note_added
from services.tickets.store.tables import WordsRow
from shared.db.transaction import Transaction

LIVING_STATES = ", ".join(f"'{state}'" for state in sorted(LIVING))
_MAX_SCANNED_AT_ONE_SITE = 500
_MAX_SCANNED = 4_000
"""As many of the newest tickets within the bounds are read for their words first: what occurs often
is found there, and what does not is rare enough for the index of tokens, which gives all that match
in no order.
"""
_FIRST = 8
"""Of those of a state one in so many is read before the others: what very many have fills the page,
and what none of these has is found by its tokens sooner.
"""
_MANY = 1_000
"""From so many that match by their tokens on, it pays to read which tickets live."""
_WALKED, _MIN_WALKED, _MIN_FIRST = 20_000, 40, 20
"""Ids of the states asked for that are walked through, of all sites together and of each: as far
down as the busiest site goes, all are known.
"""


# To make an array of JSON took PostgreSQL as long as all the rest of the row but its index.
_INSERT_WORDS = f"""insert into "ticket_words" (ticket_id, site_id, said, tokens)
    select ticket_id, site_id, said, string_to_array(tokens, '{LINE}')
    from json_to_recordset({{rows}})
      as given(ticket_id uuid, site_id text, said text, tokens text)"""


def insert_words(tx: Transaction, ticket: Ticket) -> None:
    """Store what a new ticket is found by, with the statement that stores the ticket."""
    row = _row(ticket)
    note_added(tx, len(row["tokens"]))
    tx.change(_INSERT_WORDS, {**row, "tokens": LINE.join(row["tokens"])})


def save_words(tx: Transaction, ticket: Ticket) -> None:
    """Store what the ticket is found by now, with the statement that stores the ticket."""
    tx.save(WordsRow, _row(ticket))


def _row(ticket: Ticket) -> dict[str, Any]:
    said = searched_text(ticket)
    marks = marks_of(
        site=ticket.site_id,
        category=ticket.category,
        priority=ticket.priority.value,
        nature=ticket.nature,
    )
    return {
        "ticket_id": ticket.id,
        "site_id": ticket.site_id,
        "said": said,
        "tokens": [*tokens_of(said.split()), *marks],
    }


def parts_of(words: Iterable[str]) -> list[str]:
    """Return the words as parts for LIKE, each of which stands for nothing but itself."""
    literal = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})
    return [f"%{word.translate(literal)}%" for word in words]


def give_tokens(asked: Filters, sites: int | None, given: dict[str, Any]) -> None:
    """Put into `given` by what the words, the category, the priority and the nature that are asked
    for are found, at so many `sites` (None: at all).
    """
    given["parts"] = parts_of(asked.words)
    given["marks"] = marks_of(
        category=asked.category,
        priority=asked.priority and asked.priority.value,
        nature=asked.nature,
    )
    marks = [*marks_of(site=given["staff_sites"][0] if sites == 1 else None), *given["marks"]]
    given["tokens"] = [*needed_tokens(asked.words), *marks]
    if asked.keyed:
        given["keyed_tokens"] = [*needed_tokens(asked.keyed), *marks]


def says(column: str, *, keyed: bool) -> str:
    """Return the condition that the column has all `:parts`, or all `:keyed_parts` where the
    question is `keyed`.
    """
    said = f"{column} like all(cast(:parts as text[]))"
    return f"({said} or {column} like all(cast(:keyed_parts as text[])))" if keyed else said


def has_tokens(*, keyed: bool) -> str:
    """Return the condition that a ticket's tokens have all `:tokens`, or all `:keyed_tokens` where
    the question is `keyed`.
    """
    has = "tokens @> cast(:tokens as text[])"
    return f"({has} or tokens @> cast(:keyed_tokens as text[]))" if keyed else has


def found_by_words(
    *,
    places: str,
    sites: int | None,
    by_state: bool,
    lives: bool | None,
    keyed: bool,
    bounds: Sequence[str],
    near_fits: str,
    and_fits: str,
) -> str:
    """Return a select of the newest ids whose words match: `:parts` for LIKE, `:tokens` for the
    index with `:marks` among them, `:staff_sites` where they may be, so many `sites` (None: all);
    with `:keyed_parts` and `:keyed_tokens` where the question is `keyed`.

    `places` gives `s` the ids of the sites, as `site_id`. `bounds` limit an id, each as a sign and
    a value; `and_fits` is what the ticket of `found.ticket_id` has to be besides, `near_fits` the
    same but for the `:states`, where the newest are to be looked for `by_state`; `lives` whether
    all of these states live, or none (None: neither).
    """
    site = "site_id = any(cast(:staff_sites as text[]))"
    if sites == 1:
        site = "site_id = (cast(:staff_sites as text[]))[1]"
    if sites is None:
        site = "true"
    far_site = "true" if sites == 1 else site  # one site is among the tokens
    said = says("said", keyed=keyed)
    scanned = _MAX_SCANNED_AT_ONE_SITE if sites == 1 else _MAX_SCANNED
    within = _within("ticket_id", bounds)
    matches = f"{said} and tokens @> cast(:marks as text[]) {near_fits if by_state else and_fits}"
    if by_state:
        walk, near, more = _near_by_state(places, sites, _within("id", bounds), scanned, matches)
    else:
        words = f"ticket_words where {site} and {within}"
        walk = ""
        near = f"""
            select ticket_id as id from (
                select ticket_id, said, tokens from {words} order by ticket_id desc
                  limit {scanned}) as found
            where {matches} order by ticket_id desc limit :limit"""
        more = _beyond(words, scanned)
    # Looked at only where the page is not full: all that lies within the bounds may have been read
    # already.
    there_is_more = f"(select count(*) from near) < :limit and ({more})"
    apart = "" if lives is None else _apart(places, lives=lives)
    return f"""
        with {walk} near as materialized ({near}),
        matching as materialized (
            select ticket_id from ticket_words where {has_tokens(keyed=keyed)}
              and {far_site} and {said} and {there_is_more})
        select id from near union select id from (
            select ticket_id as id from (
                select ticket_id from matching {apart} order by ticket_id desc) as found
            where {within} {and_fits} order by ticket_id desc
              limit :limit) as far"""


def each_of(sites: int | None, *, together: int, at_least: int, at_most: int) -> str:
    """Return how many are walked at each of so many sites (None: all there are), as SQL."""
    if sites is None:
        return f"(select greatest({together} / greatest(count(*), 1), {at_least}) from sites)"
    return str(min(max(together // max(sites, 1), at_least), at_most))


def _matching(ids: str, matches: str) -> str:
    """Return the search for the newest that match among the tickets of these ids."""
    return f"""
        select ticket_id as id from (
            select ticket_id, said, tokens from ticket_words
            where ticket_id = any(array({ids})) offset 0) as found
        where {matches} order by ticket_id desc limit :limit"""


def _apart(places: str, *, lives: bool) -> str:
    """Return what leaves of `matching` what lives, or what does not, where there are so many that
    it pays to read the index of states: a look at each would cost four pages, and a category may
    have many that live and none that ended.
    """
    matching = "(select count(*) from matching)"
    living = f"""select alive.id from {places} cross join lateral (
                      select id from tickets
                      where site_id = s.site_id and state in ({LIVING_STATES}) offset 0) as alive
                    where {matching} >= {_MANY}"""
    if not lives:
        return f"except ({living})"
    return f"""intersect ({living}
                    union all select ticket_id from matching where {matching} < {_MANY})"""


def _within(column: str, bounds: Sequence[str]) -> str:
    return " and ".join(["true", *(f"{column} {bound}" for bound in bounds)])


def _beyond(rows: str, scanned: int) -> str:
    return f"exists (select from {rows} offset {scanned})"


def _near_by_state(
    places: str, sites: int | None, within: str, scanned: int, matches: str
) -> tuple[str, str, str]:
    """Return the beginning of a statement, what it finds among the newest of `:states`, and the
    condition that there are more of these: the first ones are read, and others only where some of
    the first match, but too few.
    """
    first = scanned // _FIRST
    begins = _walk(
        "first_",
        places,
        within,
        each=each_of(sites, together=2 * first, at_least=_MIN_FIRST, at_most=first),
        most=first,
    )
    # Where there are no more than are read at all, tokens would lead to all that ended besides.
    promising = f"""
            promising as materialized (
                select where (select count(*) from first) between 1 and :limit - 1
                or not exists (select from first) and not exists (
                    select from {places} cross join unnest(cast(:states as text[])) as g(state)
                    cross join lateral (
                        select from tickets
                        where site_id = s.site_id and state = g.state and {within} offset 0) as one
                    offset {scanned}))"""
    goes_on = _walk(
        "",
        places,
        f"{within} and exists (select from promising)",
        each=each_of(sites, together=_WALKED, at_least=_MIN_WALKED, at_most=scanned),
        most=scanned,
    )
    found = _matching("select id from first_newest", matches)
    walk = f"{begins}, first as materialized ({found}), {promising}, {goes_on},"
    others = "select id from newest where id not in (select id from first_newest)"
    near = f"select id from first union all select id from ({_matching(others, matches)}) as others"
    more = f"""case when exists (select from promising) then {_goes_on("walked", scanned)}
              else {_goes_on("first_walked", first)} end"""
    return walk, near, more


def _goes_on(walked: str, scanned: int) -> str:
    return f"(exists (select from {walked} where is_last) or {_beyond(walked, scanned)})"


def _walk(name: str, places: str, within: str, *, each: str, most: int) -> str:
    """Return the part of a statement that gives `newest`, behind that name, the newest ids of
    `:states`, as far down as those of all `places` are known: by the index alone, a site and a
    state at a time.
    """
    return f"""
            {name}walked as materialized (
                select found.* from {places} cross join unnest(cast(:states as text[])) as g(state)
                cross join lateral (
                    select id, row_number() over (order by id desc) = {each} as is_last
                    from tickets where site_id = s.site_id and state = g.state and {within}
                    order by id desc limit {each}) as found),
            {name}newest as materialized (
                select id from {name}walked
                where id >= coalesce(
                    (select id from {name}walked where is_last order by id desc limit 1),
                    '00000000-0000-0000-0000-000000000000')
                order by id desc limit {most})"""
