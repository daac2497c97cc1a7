"""What a person may have mailed, in groups."""

from services.notify.domain.kinds import Kind
from services.notify.domain.preferences import NOT_MAILED, UNSWITCHED, check_switches
from services.portal.domain.message_groups import (
    MessageGroup,
    groups_for,
    is_mailed,
    with_mailed,
)
from shared.auth.caller import Role

_KINDS_IN_NO_GROUP = {"endpoint.disabled", "reply.unreadable"}
"""For those who run programs."""


def _kinds(group: MessageGroup) -> set[str]:
    return set(with_mailed({}, [group], [])["email"])


def test_every_kind_that_is_mailed_is_in_one_group() -> None:
    kinds = [kind for group in MessageGroup for kind in _kinds(group)]
    mailed = {kind.value for kind in set(Kind) - NOT_MAILED - UNSWITCHED}

    assert len(kinds) == len({*kinds})
    assert {*kinds} == mailed - _KINDS_IN_NO_GROUP


def test_notify_takes_the_switches() -> None:
    check_switches(with_mailed({}, list(MessageGroup), []))


def test_people_choose_among_what_they_are_sent() -> None:
    assert groups_for({Role.RESIDENT}) == (
        MessageGroup.PROGRESS,
        MessageGroup.OUTCOME,
        MessageGroup.ANSWERS,
    )
    assert groups_for({Role.TECHNICIAN}) == (MessageGroup.JOBS,)
    assert groups_for({Role.INTEGRATION}) == ()


def test_a_group_is_switched_as_a_whole_and_the_rest_stays() -> None:
    before = {"email": {"*": True, "job.pooled": False}, "inbox": {"ticket.rated": False}}

    after = with_mailed(before, [MessageGroup.PROMISES], [])

    assert not is_mailed(MessageGroup.PROMISES, after)
    assert is_mailed(MessageGroup.REPORTS, after)
    assert after["inbox"] == before["inbox"]
    assert after["email"]["job.pooled"] is False
    assert is_mailed(
        MessageGroup.PROMISES, with_mailed(after, [MessageGroup.PROMISES], list(MessageGroup))
    )


def test_all_switched_off_is_off_for_each_group() -> None:
    assert not any(is_mailed(group, {"email": {"*": False}}) for group in MessageGroup)
