"""Two reports of one thing: a duplicate is merged into the ticket that goes on, and may be taken
out of it again. Its people come along, and go with it.

A duplicate may have duplicates of its own, and the ticket that it was merged into may be merged
into a third one: a *line* of tickets, each a duplicate of the next, of which the last goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from services.tickets.domain.conversation import MAX_FOLLOWERS, TooManyFollowers
from services.tickets.domain.joined import Joined
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import IllegalStep, Verb
from shared.auth.caller import Caller
from shared.contracts.tickets import TicketState as State
from shared.errors import Conflict, Invalid
from shared.ids import TicketId

MAX_DUPLICATES = 500


class TooManyDuplicates(Conflict):
    code = "too_many_duplicates"


def merge_into(ticket: Ticket, target: Ticket, *, by: Caller, at: datetime) -> Ticket:
    """Return the ticket, cancelled as a duplicate of `target`.

    Raises IllegalStep, also where the target is cancelled, and Invalid.
    """
    if target.id == ticket.id:
        raise Invalid("A ticket cannot be a duplicate of itself.", field="/duplicate_of")
    if target.site_id != ticket.site_id:
        raise Invalid("Both tickets must be of the same site.", field="/duplicate_of")
    legal = ticket.legal_for(by)
    if Verb.CANCEL not in legal:
        raise IllegalStep("merge", state=ticket.state, legal=legal)
    if target.state is State.CANCELLED:
        raise IllegalStep("merge", state=target.state, legal=frozenset())
    merged = ticket.step(to=State.CANCELLED, at=at, cause=by.id, merged_into=target.reference)
    return replace(merged, duplicate_of=target.id)


def unmerge(ticket: Ticket, *, by: Caller, at: datetime, reason: str | None) -> Ticket:
    """Return the ticket, open in its next cycle and no duplicate any more.

    Raises IllegalStep where it is none, TooManySteps, TicketFull.
    """
    legal = ticket.legal_for(by)
    if Verb.UNMERGE not in legal:
        raise IllegalStep("unmerge", state=ticket.state, legal=legal)
    anew = replace(ticket, duplicate_of=None, cycle=ticket.cycle + 1)
    return anew.step(to=State.OPEN, at=at, cause=by.id, reason=reason)


def bring_people(ticket: Ticket, duplicate: Ticket) -> Ticket:
    """Return the ticket after the people of a duplicate have changed: the reporter and the
    followers that are new among them follow it too, those who left do so no more. The same version
    where its followers are the same.

    Those who follow the ticket in their own right do not come by the duplicate, and stay without
    it. Raises TooManyFollowers, TooManyDuplicates.
    """
    in_their_own_right = {ticket.reporter_id, *ticket.followers} - ticket.joined_people
    people = dict.fromkeys((duplicate.reporter_id, *duplicate.followers))
    return _with_people(
        ticket, duplicate.id, tuple(each for each in people if each not in in_their_own_right)
    )


def let_people_go(ticket: Ticket, duplicate_id: TicketId) -> Ticket:
    """Return the ticket without those who came along with that duplicate and with no other; the
    same version where its followers are the same.
    """
    return _with_people(ticket, duplicate_id, ())


def along(line: Sequence[Ticket], change: Callable[[Ticket], Ticket]) -> list[Ticket]:
    """Return every ticket of the line after `change`, each with the people of the one before it.

    Raises what these raise.
    """
    changed: list[Ticket] = []
    for ticket in line:
        changed.append(change(bring_people(ticket, changed[-1]) if changed else ticket))
    return changed


def _with_people(ticket: Ticket, duplicate_id: TicketId, people: tuple[str, ...]) -> Ticket:
    before = next(
        (each for each in ticket.joined if each.ticket_id == duplicate_id),
        Joined(ticket_id=duplicate_id),
    )
    others = tuple(each for each in ticket.joined if each.ticket_id != duplicate_id)
    if len(others) >= MAX_DUPLICATES:
        raise TooManyDuplicates(
            f"A ticket has at most {MAX_DUPLICATES} duplicates.", limit=MAX_DUPLICATES
        )
    after = replace(ticket, joined=(*others, before.with_people(people)))
    gone = ticket.joined_people - after.joined_people
    stay = [each for each in ticket.followers if each not in gone]
    new = [each for each in people if each not in before.people and each not in stay]
    return _with_followers(after, (*stay, *new))


def _with_followers(ticket: Ticket, followers: Sequence[str]) -> Ticket:
    if tuple(followers) == ticket.followers:
        return ticket
    if len(followers) > max(MAX_FOLLOWERS, len(ticket.followers)):
        raise TooManyFollowers(
            f"A ticket has at most {MAX_FOLLOWERS} followers.", limit=MAX_FOLLOWERS
        )
    return ticket.changed(followers=tuple(followers))
