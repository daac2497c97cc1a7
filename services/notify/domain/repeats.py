"""Repeats: news of one kind about one ticket that come within a minute of each other. The first is
told at once, those that follow are gathered into one message that says how many they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import JsonValue

from services.notify.domain.kinds import REPEATABLE
from services.notify.domain.occasion import Occasion

GATHERED_FOR = timedelta(minutes=1)
GATHERED = "gathered"
"""Why a message was not sent: a later one of its kind was, which counts it."""
_STEPS = frozenset({"resumed", "interrupted"})


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """What repeats are the same by: the person, the ticket, the kind, and the topic."""

    recipient_id: str
    ticket_id: UUID
    kind: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What there is to say now, and by ticket when to look again for what waits for company."""

    now: tuple[Occasion, ...]
    again_at: Mapping[UUID, datetime]


def topic_of(occasion: Occasion) -> str | None:
    """Return what the occasion is about beside its kind, the same for its repeats; None for one
    that is told by itself, whatever was told before, as steps of a job are.

    A priority that has changed is a topic of its own: the first word on an emergency does not wait.
    """
    changed = occasion.data.get("changed")
    names = [str(name) for name in changed] if isinstance(changed, list) else []
    if occasion.kind not in REPEATABLE or _STEPS & set(names):
        return None
    return " ".join([_priority(occasion.data), *sorted(names)])


def gather(
    occasions: Iterable[Occasion], told: Mapping[Repeated, datetime], *, now: datetime
) -> Gathered:
    """Return the occasions with repeats made one. `told` says when the like of them was told last;
    what comes within a minute of that waits until the minute is over, or goes along with another
    of its kind about the ticket: that one may show the state that it is about.
    """
    at_once: dict[int, Occasion] = {}
    alike: dict[Repeated, list[tuple[int, Occasion]]] = defaultdict(list)
    for place, occasion in enumerate(occasions):
        repeated = None if occasion.stale(now) else _repeated(occasion)
        if repeated is None:
            at_once[place] = occasion
        else:
            alike[repeated].append((place, occasion))
    again_at: dict[UUID, datetime] = {}
    going = {_of_kind(each) for each in at_once.values() if each.stale(now) is None}
    going |= {_of_kind(group[0][1]) for repeated, group in alike.items() if repeated not in told}
    for repeated, group in alike.items():
        free_at = told[repeated] + GATHERED_FOR if repeated in told else now
        if free_at > now and _of_kind(group[0][1]) not in going:
            again_at[repeated.ticket_id] = min(free_at, again_at.get(repeated.ticket_id, free_at))
        else:
            at_once |= _as_one(group)
    in_order = tuple(at_once[place] for place in sorted(at_once))
    return Gathered(now=in_order, again_at=again_at)


def _repeated(occasion: Occasion) -> Repeated | None:
    topic = topic_of(occasion)
    if topic is None or occasion.ticket_id is None:
        return None
    return Repeated(
        recipient_id=occasion.recipient_id,
        ticket_id=occasion.ticket_id,
        kind=occasion.kind,
        topic=topic,
    )


def _of_kind(occasion: Occasion) -> tuple[str, UUID | None, str]:
    return occasion.recipient_id, occasion.ticket_id, occasion.kind


def _as_one(group: list[tuple[int, Occasion]]) -> dict[int, Occasion]:
    """Return the newest with their number, and the others, which are recorded and not sent."""
    last, newest = max(group, key=lambda each: (each[1].at, each[0]))
    if len(group) == 1:
        return {last: newest}
    others = {place: replace(each, moot=GATHERED) for place, each in group if place != last}
    return others | {last: replace(newest, data={**newest.data, "count": len(group)})}


def _priority(data: Mapping[str, JsonValue]) -> str:
    job = data.get("job")
    about = job if isinstance(job, Mapping) else data
    return str(about.get("priority", ""))
