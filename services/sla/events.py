"""Our facts → the public contract; the only place where they become contracts."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from services.sla.domain.timed_ticket import TimedTicket
from shared.contracts import ClocksV1
from shared.contracts.sla import Announcement
from shared.facts import Fact

_NEWEST_ANNOUNCEMENTS = 100


def snapshot(timed: TimedTicket, announced: Sequence[Announcement]) -> ClocksV1:
    """Return what others are told of a ticket's clocks.

    Of what was announced it carries the newest hundred; the service's own table has them all.
    """
    objection = timed.objection
    return ClocksV1(
        id=timed.ticket_id,
        version=timed.version,
        site_id=timed.card.site_id,
        policy_id=timed.policy_id,
        policy_version=timed.policy_version,
        clocks=timed.clocks,
        announced=tuple(announced[-_NEWEST_ANNOUNCEMENTS:]),
        resolved_at=objection and objection.resolved_at,
        objection_ends_at=objection and objection.ends_at,
    )


def changed(clocks: ClocksV1, happened: Mapping[str, Sequence[str]]) -> Fact:
    """Return the fact of what happened. `happened` maps past tenses to the clocks that it happened
    to, in order: the last names the fact, the detail has them all.
    """
    *also, past_tense = happened
    detail: dict[str, JsonValue] = {each: list(kinds) for each, kinds in happened.items()}
    return Fact(ClocksV1, past_tense, clocks, detail=detail, also=tuple(also))
