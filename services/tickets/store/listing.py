"""Lists of tickets: what is asked for, cut to what the caller may see, as one statement.

Each reason for which a caller may see tickets is a select of its own, by its own index, of the
newest that fit; the newest of all of them are shown. So no more of a long history is read than fits
on the page, however few tickets match.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text

from services.tickets.domain.access import Scope
from services.tickets.domain.ticket import Ticket
from services.tickets.store.dues import waits_for_nothing
from services.tickets.store.filters import Filters
from services.tickets.store.queries import ticket_of
from services.tickets.store.search import found_by_words, give_tokens, parts_of, says
from shared.contracts.categories import Nature
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.ids import CLOCKS_DIFFER, id_at


async def find_tickets(tx: Transaction, filters: Filters, scope: Scope) -> Sequence[Ticket]:
    """Return the tickets that the caller may see and asked for, newest first."""
    statement, given = listing(filters, scope, now=tx.now)
    rows = [] if statement is None else await tx.search(statement, **given)
    return [ticket_of(row) for row in rows]


def listing(
    filters: Filters, scope: Scope, *, now: datetime
) -> tuple[TextClause | None, Mapping[str, Any]]:
    """Return the statement and its parameters; None where the caller sees nothing.

    The same rules as `access.may_see`, for many; a test holds the two together.
    """
    given: dict[str, Any] = {"limit": filters.limit, "id": scope.id, "now": now}
    fits = condition_of(filters, given)
    staff = sites_where("staff", scope.staff_sites, filters, given)
    residents = sites_where("resident", scope.resident_sites, filters, given)
    reasons = [
        *newest_of_sites(filters, staff, fits, given),
        *_own(scope, residents, fits, given),
        *_joined(filters, residents, fits),
        *_entered(sites_where("integration", scope.integration_sites, filters, given), fits),
        *_admitted(sites_where("technician", scope.technician_sites, filters, given), fits),
    ]
    if not reasons:
        return None, given
    newest = " union ".join(f"({reason})" for reason in reasons)
    return text(
        f"""select t.* from (select id from ({newest}) as seen order by id desc
          limit :limit) as page
        cross join lateral (select * from tickets where id = page.id offset 0) as t
          order by t.id desc"""
    ), given


def sites_where(
    role: str, sites: frozenset[str] | None, asked: Filters, given: dict[str, Any]
) -> str | None:
    """Return the condition for a ticket to be where the caller has the role, as text; None where
    that is nowhere.
    """
    sites = of_these(sites, asked.site_id)
    if sites is None:
        return "true"
    given[f"{role}_sites"] = sorted(sites)
    return f"t.site_id = any(cast(:{role}_sites as text[]))" if sites else None


def of_these(sites: frozenset[str] | None, asked: str | None) -> frozenset[str] | None:
    """Return those of the sites that are asked for; None means every site, and any."""
    if asked is None:
        return sites
    return frozenset({asked}) if sites is None else sites & {asked}


def newest_of_sites(
    asked: Filters, there: str | None, fits: str, given: dict[str, Any]
) -> Sequence[str]:
    """Return the searches for tickets of staff's sites: site by site, and state by state if some
    are asked for, unless something rarer leads to them.
    """
    if there is None:
        return ()
    if asked.emergencies and not asked.states:  # their index is by state
        asked = replace(asked, states=tuple(TicketState))
        given["states"] = list(TicketState)
    led = asked.reference or asked.reporter_id
    is_fault = asked.nature in (None, Nature.FAULT)  # as most are; the others have an index
    several = there == "true" or len(given["staff_sites"]) > 1  # one has an index by time
    opened = several and (asked.opened_from or asked.opened_to)
    by_itself = (
        asked.few
        or led
        or asked.updated_from
        or asked.updated_to
        or ((opened or there == "true") and is_fault)
    )
    states = " cross join unnest(cast(:states as text[])) as g(state)" if asked.states else ""
    same = "t.site_id = s.site_id" + (" and t.state = g.state" if asked.states else "")
    if (asked.words or _is_marked(asked, is_fault=is_fault)) and not led:
        return [_found_by_words(asked, there, given)]
    if by_itself and not asked.states:
        return [_newest(f"{there} and {fits}{_without_due(asked)}")]
    newest = _newest(f"{same} and {fits}{_without_due(asked, at_site=True)}")
    at = places(everywhere=there == "true")
    return [f"select found.id from {at}{states} cross join lateral ({newest}) as found"]


def _without_due(asked: Filters, *, at_site: bool = False) -> str:
    """Return the further condition on a ticket that no search for what falls due has found."""
    if not asked.without_due:
        return ""
    return f" and {waits_for_nothing(one_by_one=asked.seldom_due, at_site=at_site)}"


def places(*, everywhere: bool) -> str:
    """Return what gives `s` the ids of staff's sites, as `site_id`, or those of all there are."""
    if everywhere:
        return "(select id as site_id from sites) as s"
    return "unnest(cast(:staff_sites as text[])) as s(site_id)"


def _is_marked(asked: Filters, *, is_fault: bool) -> bool:
    """Return whether nothing leads to the tickets but their category or priority: these are among
    the tokens, without which a rare one would be looked for in all that ever were.
    """
    led = asked.few or asked.imported or asked.updated_from or asked.updated_to or not is_fault
    indexed = asked.emergencies or asked.over
    return bool((asked.category or asked.priority) and not led and not indexed)


def _found_by_words(asked: Filters, there: str, given: dict[str, Any]) -> str:
    """Return the search for tickets there that have these words, this category and priority."""
    sites = None if there == "true" else len(given["staff_sites"])
    give_tokens(asked, sites, given)
    bounds = {"before": "< :before", "earliest": ">= :earliest", "latest": "< :latest"}
    # The newest are walked through by their state.
    near_fits = _besides_words(replace(asked, states=()), given)
    return found_by_words(
        places=places(everywhere=there == "true"),
        sites=sites,
        by_state=bool(asked.states),
        lives=asked.lives,
        keyed=bool(asked.keyed),
        bounds=[bound for name, bound in bounds.items() if name in given],
        near_fits=near_fits,
        and_fits=_besides_words(asked, given),
    )


def _besides_words(asked: Filters, given: dict[str, Any]) -> str:
    """Return the further condition on the ticket of `found.ticket_id`, whose words and marks match:
    its row is read only for a filter that these do not answer.
    """
    if not asked.needs_row:
        waits = "exists (select from waiting w where w.ticket_id = found.ticket_id)"
        return f"and not {waits}" if asked.without_due else ""
    fits = condition_of(replace(asked, words=(), keyed=()), given) + _without_due(asked)
    # `offset` keeps it a look at what is found: joined, all tickets might be gone through
    return f"and exists (select from tickets t where t.id = found.ticket_id and {fits} offset 0)"


def _own(scope: Scope, there: str | None, fits: str, given: dict[str, Any]) -> Sequence[str]:
    """Return the searches for what the resident reported, and what their units did, where the site
    allows.
    """
    if there is None:
        return ()
    own = [_newest(f"t.reporter_id = :id and {there} and {fits}")]
    if scope.homes:
        homes = sorted(scope.homes, key=lambda home: (home.site, home.unit))
        given["homes"] = [home.site for home in homes]
        given["units"] = [home.unit for home in homes]
        given["since"] = [home.since for home in homes]
        given["recorded"] = sorted(scope.recorded)
        units = (
            "(select id from sites where residents_see_unit) as s "
            "join unnest(cast(:homes as text[]), cast(:units as text[]), "
            "cast(:since as timestamptz[])) as u(site, unit, since) "
            "on u.site = s.id or (u.site = '*' and s.id <> all(cast(:recorded as text[])))"
        )
        same = (
            "t.site_id = s.id and t.unit_key = u.unit and t.opened_at >= u.since "
            f"and {there} and {fits}"
        )
        own.append(f"select found.id from {units} cross join lateral ({_newest(same)}) as found")
    return own


def _joined(asked: Filters, there: str | None, fits: str) -> Sequence[str]:
    """Return the search for what goes on with a duplicate of theirs: by no word or id of others."""
    if there is None or asked.words or asked.reporter_id:
        return ()
    theirs = (
        "t.joined <> '[]'::jsonb and t.followers ? cast(:id as text) and exists (select from "
        "jsonb_array_elements(t.joined) as j where j -> 'people' ? cast(:id as text))"
    )
    return [_few(f"{theirs} and {there} and {fits}")]


def _entered(there: str | None, fits: str) -> Sequence[str]:
    """Return the searches for what the integration entered, for itself and for others: the index of
    the second holds no resident's own tickets.
    """
    if there is None:
        return ()
    return [
        _newest(f"t.reporter_id = :id and t.entered_by = :id and {there} and {fits}"),
        _newest(f"t.entered_by = :id and t.entered_by <> t.reporter_id and {there} and {fits}"),
    ]


def _admitted(there: str | None, fits: str) -> Sequence[str]:
    """Return the search for what the technician holds or is offered.

    The first condition says what the index leaves out; without it the index is not used.
    """
    if there is None:
        return ()
    until = "cast(t.admitted ->> cast(:id as text) as timestamptz)"
    held = (
        f"t.admitted <> '{{}}'::jsonb and t.admitted ? cast(:id as text) and ({until} is null or "
        f"{until} > :now)"
    )
    return [_few(f"{held} and {there} and {fits}")]


def _few(condition: str) -> str:
    """Return the search of few tickets, all of which are found by an index without an order."""
    found = f"select t.id from tickets t where {condition} offset 0"
    return f"select id from ({found}) as few order by id desc limit :limit"


def _newest(condition: str) -> str:
    return f"select t.id from tickets t where {condition} order by t.id desc limit :limit"


def condition_of(asked: Filters, given: dict[str, Any]) -> str:
    """Return the conditions that are set; the upper ends of ranges are exclusive, and a date bounds
    ids, which are in the order of time.
    """
    conditions = ["true"]

    def demand(condition: str, **values: Any) -> None:
        conditions.append(condition)
        given.update(values)

    if asked.before:
        demand("t.id < :before", before=asked.before)
    if asked.states:
        demand(
            "t.state = any(cast(:states as text[]))", states=[state.value for state in asked.states]
        )
    if asked.nature is not None:
        demand(f"t.nature = '{asked.nature}'")  # as it is written, for the index to be used
    if asked.priority is not None:
        demand(f"t.priority = '{asked.priority}'")  # the same
    if asked.opened_from:
        given["earliest"] = id_at(asked.opened_from, -CLOCKS_DIFFER)
        demand("t.opened_at >= :opened_from and t.id >= :earliest", opened_from=asked.opened_from)
    if asked.opened_to:
        given["latest"] = id_at(asked.opened_to, CLOCKS_DIFFER)
        demand("t.opened_at < :opened_to and t.id < :latest", opened_to=asked.opened_to)
    if asked.updated_from:
        demand("t.updated_at >= :updated_from", updated_from=asked.updated_from)
    if asked.updated_to:
        demand("t.updated_at < :updated_to", updated_to=asked.updated_to)
    if asked.unheard:
        demand("t.unheard_since is not null")
    if asked.unassignable:
        demand("t.id in (select ticket_id from ticket_dues where unassignable_at is not null)")
    if asked.imported is not None:
        demand(f"t.external_id is {'not null' if asked.imported else 'null'}")
    if asked.words:
        given["parts"] = parts_of(asked.words)
        if asked.keyed:
            given["keyed_parts"] = parts_of(asked.keyed)
        said = says("w.said", keyed=bool(asked.keyed))
        demand(f"exists (select from ticket_words w where w.ticket_id = t.id and {said})")
    for column, value in (
        ("category", asked.category),
        ("reporter_id", asked.reporter_id),
        ("reference", asked.reference),
    ):
        if value is not None:
            demand(f"t.{column} = :{column}", **{column: value})
    return " and ".join(conditions)
