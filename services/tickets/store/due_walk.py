"""What of the tickets that fall due next is asked for: these are looked at in their order, the
next ones first and more only where they promise to fill the page; what is rare is found by indexes
of its own.
"""

from typing import Any

from services.tickets.store.filters import Filters
from services.tickets.store.listing import places
from services.tickets.store.search import (
    LIVING_STATES,
    each_of,
    give_tokens,
    has_tokens,
    says,
)
from shared.contracts.categories import Nature

_FIRST, _MORE = 100, 2_000
"""As many of what falls due next are looked at first, and at most as many behind these."""
_FIRST_WALKED, _MIN_FIRST_WALKED = 1_000, 10
_MORE_WALKED, _MIN_MORE_WALKED = 5_000, 20
"""So many are walked through by the index for that, of all sites together and at least of each: as
far as all sites are known, and one may have most of it.
"""
_OFTEN_AT_ONE_SITE, _OFTEN_IN_AN_INDEX, _OFTEN = 5, 3, 1
"""Of the first as many have to be asked for to look at more: what is rarer is sooner found by its
words at one site, by an index of what lives, and by words in a long history.
"""
_FEW_AT_ONE_SITE, _FEW = 500, 2_000
"""If no more than so many fall due at all, no more are read than these for a word."""
_LED_TO_FEW = f"(select count(*) < {_FIRST} from led)"
_MANY = 1_000
"""From so many that match by their tokens on, it pays to read all that waits."""


def walk(asked: Filters, there: str, fits: str, beyond: str, given: dict[str, Any]) -> str:
    """Return the search for the next that fall due (`id`, `due_at`) of the tickets `there` that
    `fits`; `beyond` is the condition for what is due (`d`), as text.

    Needs a `waiting` before it that has the tickets there which fall due at all.
    """
    sites = None if there == "true" else len(given["staff_sites"])
    by_words = bool(asked.words or (asked.priority and not asked.category))
    by_index = not by_words and bool(asked.category or asked.states or asked.apart)
    first = _looked_at(asked, fits, one_by_one=True)
    each = each_of(sites, together=_FIRST_WALKED, at_least=_MIN_FIRST_WALKED, at_most=_FIRST)
    stages, led, many = list[str](), "", ""
    if by_index:
        stages.append(_led(asked, there))
        led, many = _of_led(beyond), f" and not {_LED_TO_FEW}"
    stages.append(_stage("first", there, first, f"{beyond}{many}", each=each, most=_FIRST, led=led))
    near, found, end = "select id, due_at from first", "(select count(*) from first)", "first_end"
    # What an index has of one site costs less to read than more of what falls due.
    if not (by_index and sites == 1):
        stages.append(_promising(sites, by_words=by_words, by_index=by_index))
        more = _looked_at(asked, fits, one_by_one=False)
        behind = f"{beyond} and exists (select from promising) and {_behind('first_end')}"
        each = each_of(sites, together=_MORE_WALKED, at_least=_MIN_MORE_WALKED, at_most=_MORE)
        stages.append(_stage("more", there, more, behind, each=each, most=_MORE))
        stages.append("""
        walk_end as materialized (
            select * from more_end union all
            select * from first_end where not exists (select from promising))""")
        near += " union all select id, due_at from more"
        found += " + (select count(*) from more)"
        end = "walk_end"
    wanted = f"{found} < :limit and exists (select from {end})"
    far = _that_live(there, fits)
    if by_words:
        give_tokens(asked, sites, given)
        keyed = bool(asked.keyed)
        stages.append(f"""
        matching as materialized (
            select ticket_id from ticket_words
            where {has_tokens(keyed=keyed)} and {says("said", keyed=keyed)} and {wanted})""")
        far = _matching(there, fits)
    return f"""
        with {", ".join(stages)}
        {near} union all select id, due_at from (
            {far} where {wanted} and {beyond} and {_behind(end)} offset 0) as far"""


def _led(asked: Filters, there: str) -> str:
    """Return the part of a statement that has what an index leads to, of what lives: as many as
    are looked at first.
    """
    leads = "t.state = any(cast(:states as text[]))"
    if asked.category:
        leads = "t.category = :category"
    if asked.imported:
        leads = "t.external_id is not null"
    if asked.nature not in (None, Nature.FAULT):
        leads = f"t.nature = '{asked.nature}'"
    return f"""
        led as materialized (
            select found.id from {places(everywhere=there == "true")} cross join lateral (
                select t.id from tickets t
                where t.site_id = s.site_id and t.state in ({LIVING_STATES}) and {leads}) as found
            limit {_FIRST})"""


def _of_led(beyond: str) -> str:
    """Return what falls due (`d`) of what an index leads to, where that is few, as a further part
    of a union.
    """
    return f"""
            union all
            select d.ticket_id, d.due_at from led
            cross join lateral (
                select * from ticket_dues where ticket_id = led.id offset 0) as d
            where {_LED_TO_FEW} and {beyond}"""


def _promising(sites: int | None, *, by_words: bool, by_index: bool) -> str:
    """Return the part of a statement that has a row where it pays to look at more of what falls
    due than the first.
    """
    often, few = 0, 0  # no index has what else is rare
    if by_index:
        often = _OFTEN_IN_AN_INDEX
    elif by_words and sites == 1:
        often, few = _OFTEN_AT_ONE_SITE, _FEW_AT_ONE_SITE
    elif by_words:
        often, few = _OFTEN, _FEW
    all_read = f"or n < {often} and not exists (select from waiting offset {few})" if few else ""
    return f"""
        promising as materialized (
            select from (select count(*) as n from first) as found
            where n between {often} and :limit - 1 {all_read})"""


def _stage(
    name: str, there: str, looked_at: str, beyond: str, *, each: str, most: int, led: str = ""
) -> str:
    """Return the beginning of a statement that looks at the next `most` that are `beyond`, as far
    as those of all sites are known, `each` at a site, and at what is `led` to instead: `name` has
    those that are asked for, and `name`_end where it ended, unless there is no more. Those that are
    looked at one by one, in their order, end with a full page.
    """
    return f"""
        {name}_walk as materialized (
            select found.* from {places(everywhere=there == "true")} cross join lateral (
                select d.ticket_id, d.due_at,
                  row_number() over (order by d.due_at, d.ticket_id) = {each} as is_last
                from ticket_dues d where d.site_id = s.site_id and {beyond}
                order by d.due_at, d.ticket_id limit {each}) as found),
        {name}_next as materialized (
            (select ticket_id, due_at from {name}_walk
            where coalesce((due_at, ticket_id) <= (
              select due_at, ticket_id from {name}_walk where is_last
              order by due_at, ticket_id limit 1), true)
            order by due_at, ticket_id limit {most}){led}),
        {name} as materialized (
            select next.ticket_id as id, next.due_at
            from (select * from {name}_next order by due_at, ticket_id) as next {looked_at}
            order by next.due_at, next.ticket_id limit :limit),
        {name}_end as materialized (
            select due_at, ticket_id from {name}_next
            where exists (select from {name}_walk where is_last)
              or (select count(*) from {name}_next) = {most}
            order by due_at desc, ticket_id desc limit 1)"""


def _behind(end: str) -> str:
    """Return the condition for what is due (`d`) to stand behind where the walk ended; nothing
    does where there is no more.
    """
    return f"(d.due_at, d.ticket_id) > (select due_at, ticket_id from {end})"


def _looked_at(asked: Filters, fits: str, *, one_by_one: bool) -> str:
    """Return what of the tickets that fall due `next` is read: their words alone, if these say all
    that is asked for. Others are looked up `one_by_one`, or as it costs least to find all of them.
    """
    if not asked.words or asked.needs_row:
        if not one_by_one:
            return f"join tickets t on t.id = next.ticket_id where {fits}"
        return f"""cross join lateral (
                select from tickets t where t.id = next.ticket_id and {fits} offset 0) as t"""
    said = says("w.said", keyed=bool(asked.keyed))
    return f"""cross join lateral (
                select said, tokens from ticket_words where ticket_id = next.ticket_id offset 0) w
            where {said} and w.tokens @> cast(:marks as text[])"""


def _matching(there: str, fits: str) -> str:
    """Return the search, without a condition yet, for what falls due (`d`) and is `matching`: one
    by one where few are.
    """
    many = f"(select count(*) from matching) >= {_MANY}"
    return f"""
            select d.ticket_id as id, d.due_at from (
                select ticket_id from matching where not {many}
                union all select ticket_id from waiting
                where {many} and ticket_id in (select ticket_id from matching)) as w
            cross join lateral (
                select * from ticket_dues where ticket_id = w.ticket_id offset 0) d
            cross join lateral (
                select from tickets t where t.id = d.ticket_id and {there} and {fits} offset 0) t"""


def _that_live(there: str, fits: str) -> str:
    """Return the search, without a condition yet, for what falls due (`d`) of all that live and
    fit: an index has those of a category, of a state, of a nature but faults, or of a list.
    """
    return f"""
            select d.ticket_id as id, d.due_at from {places(everywhere=there == "true")}
            join tickets t on t.site_id = s.site_id and t.state in ({LIVING_STATES}) and {fits}
            join ticket_dues d on d.ticket_id = t.id"""
