"""Tickets that may be about the same thing. They are offered, never forced."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.tickets.domain.places import unit_key
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from shared.geodesy import metres_between
from shared.ids import TicketId

LOOK_BACK = timedelta(hours=72)
REPEATED_WITHIN = timedelta(minutes=10)
_AT_ONCE = timedelta(seconds=10)
"""Of two reports that come at once, either may be dated before the other."""
_OUTDOORS_WITHIN_M = 30.0
MAX_OFFERED = 5


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What has to be known of a ticket to offer it as a possible duplicate."""

    id: TicketId
    site_id: str
    reference: str
    category: str
    state: State
    title: str
    place: Place
    description: str
    reporter_id: str
    entered_by: str
    opened_at: datetime


def possible_duplicates(ticket: Ticket, others: Sequence[Earlier]) -> tuple[Earlier, ...]:
    """Return those of the others that are alive, of the same category, from the last 72 h and in
    the same unit or spot, newest first.

    Where neither names a unit or spot: within 30 m of each other. Before them come those that this
    one repeats.
    """
    said_again = {other.id for other in others if repeats(ticket, other)}
    same = [other for other in others if other.id in said_again or _may_be_the_same(ticket, other)]
    same.sort(key=lambda other: (other.id in said_again, other.opened_at, other.id), reverse=True)
    return tuple(same[:MAX_OFFERED])


def repeats(ticket: Ticket, other: Earlier) -> bool:
    """Return whether it says what the same person has said of the same place and category in the
    last ten minutes: a second tap on the same button.
    """
    return (
        other.id != ticket.id
        and other.state in LIVING
        and -_AT_ONCE <= ticket.opened_at - other.opened_at <= REPEATED_WITHIN
        and repeated_words(other) == repeated_words(ticket)
        and _within_30_m(ticket.place, other.place) is not False
    )


def repeated_words(said: Ticket | Earlier) -> str:
    """Return what a report shares with one that repeats it: who says what of which place, a part a
    line.
    """
    words = unicodedata.normalize("NFKC", f"{said.title}\n{said.description}").casefold().split()
    place = (unit_key(said.place), said.place.spot, said.place.address)
    return "\n".join(
        (
            *(said.site_id, said.category, said.reporter_id, said.entered_by),
            *(part or "" for part in place),
            *words,
        )
    )


def _may_be_the_same(ticket: Ticket, other: Earlier) -> bool:
    return (
        other.id != ticket.id
        and other.site_id == ticket.site_id
        and other.category == ticket.category
        and other.state in LIVING
        and timedelta() <= ticket.opened_at - other.opened_at <= LOOK_BACK
        and _same_place(ticket.place, other.place)
    )


def _same_place(one: Place, other: Place) -> bool:
    if one.unit or other.unit:
        return unit_key(one) == unit_key(other)
    if one.spot or other.spot:
        return one.spot == other.spot
    return _within_30_m(one, other) is True


def _within_30_m(one: Place, other: Place) -> bool | None:
    """Return None where one of them has no coordinates."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    return metres_between(one.lat, one.lon, other.lat, other.lon) <= _OUTDOORS_WITHIN_M
