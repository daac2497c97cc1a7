"""Our facts → the public contract; the only place where they become contracts."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from services.sla.domain.clocks import Promises
from shared.contracts import ClocksV1
from shared.contracts.sla import Announcement, ClockV1
from shared.facts import Fact

_NEWEST_ANNOUNCEMENTS = 100


def clocks_of(promises: Promises) -> tuple[ClockV1, ...]:
    return tuple(ClockV1.model_validate(clock) for clock in promises.clocks)


def snapshot(
    row: Mapping[str, Any], clocks: Sequence[ClockV1], announced: Sequence[Announcement]
) -> ClocksV1:
    """Of a ticket's row.

    Of what was announced it carries the newest hundred; the service's own table has them all.
    """
    return ClocksV1(
        id=row["ticket_id"],
        version=row["version"],
        site_id=row["site_id"],
        policy_id=row["policy_id"],
        policy_version=row["policy_version"],
        clocks=tuple(clocks),
        announced=tuple(announced[-_NEWEST_ANNOUNCEMENTS:]),
    )


def changed(clocks: ClocksV1, happened: Mapping[str, Sequence[str]]) -> Fact:
    """`happened` maps past tenses to the clocks that it happened to, in order: the last names the
    fact, the detail has them all.
    """
    *also, past_tense = happened
    detail: dict[str, JsonValue] = {each: list(kinds) for each, kinds in happened.items()}
    return Fact(ClocksV1, past_tense, clocks, detail=detail, also=tuple(also))
