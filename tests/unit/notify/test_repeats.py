"""Which repeats are gathered, and what is told of them."""

from datetime import timedelta
from typing import Any

from services.notify.adapters.wording import words_for
from services.notify.domain.kinds import REPEATABLE, Kind, Language
from services.notify.domain.occasion import Occasion
from services.notify.domain.repeats import GATHERED, Repeated, gather, topic_of
from shared.ids import PersonId, SiteId, derived_id, new_id
from tests.unit.notify.stories import NOON

TICKET = new_id()
SECOND = timedelta(seconds=1)


def occasion(number: int = 1, kind: Kind = Kind.TICKET_ANSWERED, **more: Any) -> Occasion:
    """The nth of its kind, so many seconds after noon."""
    given = {"recipient_id": PersonId("resident-1"), "ticket_id": TICKET, "moot": None, **more}
    return Occasion(
        kind=kind,
        cause=str(derived_id(TICKET, number, 1)),
        at=NOON + number * SECOND,
        site_id=SiteId("demo"),
        language="en",
        data={"reference": "R", "words": f"word {number}", "priority": "normal"},
        **given,
    )


def told(*occasions: Occasion) -> dict[Repeated, Any]:
    """They were told when they happened."""
    return {
        Repeated(
            recipient_id=each.recipient_id,
            ticket_id=TICKET,
            kind=each.kind,
            topic=topic_of(each) or "",
        ): each.at
        for each in occasions
    }


def test_the_first_is_told_at_once_as_it_is() -> None:
    first = occasion()

    gathered = gather([first], {}, now=NOON + SECOND)

    assert (gathered.now, gathered.again_at) == ((first,), {})


def test_what_comes_within_a_minute_of_the_last_waits_until_it_is_over() -> None:
    first, second, third = occasion(1), occasion(2), occasion(3)

    gathered = gather([second, third], told(first), now=NOON + 60 * SECOND)

    assert (gathered.now, gathered.again_at) == ((), {TICKET: NOON + 61 * SECOND})


def test_what_was_gathered_is_one_message_with_the_newest_words_and_their_number() -> None:
    first, *others = (occasion(number) for number in (1, 4, 2, 3))

    found = gather(others, told(first), now=NOON + 61 * SECOND).now

    assert [(each.moot, each.data["words"], each.data.get("count")) for each in found] == [
        (None, "word 4", 3),
        (GATHERED, "word 2", None),
        (GATHERED, "word 3", None),
    ]


def test_several_that_are_heard_of_at_once_are_one_message() -> None:
    found = gather([occasion(1), occasion(2)], {}, now=NOON + 3 * SECOND).now

    assert [(each.stale(NOON), each.data.get("count")) for each in found] == [
        (GATHERED, None),
        (None, 2),
    ]


def test_steps_offers_and_promises_are_told_each_by_itself() -> None:
    alone = [kind for kind in Kind if topic_of(occasion(kind=kind)) is None]

    assert set(Kind) - set(alone) == REPEATABLE
    assert {Kind.JOB_OFFERED, Kind.TICKET_ASSIGNED, Kind.CLOCK_BREACHED} <= set(alone)
    for kind in alone:
        steps = [occasion(1, kind), occasion(2, kind)]
        assert gather(steps, {}, now=NOON + 3 * SECOND).now == tuple(steps)


def test_another_person_another_ticket_and_another_priority_are_no_repeats() -> None:
    first = occasion(1)
    others = [
        occasion(2, recipient_id=PersonId("resident-2")),
        occasion(2, ticket_id=new_id()),
        _with(occasion(2), priority="emergency"),
    ]

    assert gather(others, told(first), now=NOON + 3 * SECOND).now == tuple(others)


def test_a_job_that_changed_otherwise_is_no_repeat_and_its_steps_are_never_gathered() -> None:
    first = _with(occasion(1, Kind.JOB_CHANGED), changed=["summary"])
    same = _with(occasion(2, Kind.JOB_CHANGED), changed=["summary"])
    other = _with(occasion(2, Kind.JOB_CHANGED), changed=["location", "summary"])
    steps = [
        _with(occasion(2, Kind.JOB_CHANGED), changed=[step]) for step in ("resumed", "interrupted")
    ]

    def told_at_once(*occasions: Occasion) -> tuple[Occasion, ...]:
        return gather(occasions, told(first), now=NOON + 3 * SECOND).now

    assert [told_at_once(each) for each in (same, other)] == [(), (other,)]
    assert [topic_of(each) for each in steps] == [None, None]


def test_what_waits_goes_along_with_another_of_its_kind() -> None:
    first = _with(occasion(1, Kind.JOB_CHANGED), changed=["summary"])
    waiting = _with(occasion(2, Kind.JOB_CHANGED), changed=["summary"])
    other = _with(occasion(3, Kind.JOB_CHANGED), changed=["location"])
    later = NOON + 4 * SECOND

    assert gather([waiting, other], told(first), now=later).now == (waiting, other)
    assert gather([waiting, occasion(3)], told(first), now=later).now == (occasion(3),)


def test_what_is_of_no_use_any_more_is_neither_counted_nor_kept_waiting() -> None:
    moot, fresh = occasion(2, moot="before_following"), occasion(3)

    assert gather([moot, fresh], {}, now=NOON + 4 * SECOND).now == (moot, fresh)
    assert gather([moot], told(occasion(1)), now=NOON + 4 * SECOND).now == (moot,)


def test_the_words_say_how_many_in_both_languages() -> None:
    data = {"reference": "R", "words": "soon", "count": 3}

    english = words_for(Kind.TICKET_ANSWERED, Language.ENGLISH, data, zone=None)
    chinese = words_for(Kind.TICKET_ANSWERED, Language.CHINESE, data, zone=None)

    assert english == (
        "An answer about R (3)",
        "3 came within a short time. The newest:\nsoon",
    )
    assert chinese == ("关于报修 R 的回复（3条）", "短时间内共有 3 条，最新一条：\nsoon")


def _with(found: Occasion, **data: Any) -> Occasion:
    return Occasion(**{**vars(found), "data": {**found.data, **data}})
