"""What people want to hear, by channel and kind."""

import pytest

from services.notify.domain.kinds import Kind
from services.notify.domain.preferences import (
    EMAIL,
    INBOX,
    MUST_BE_HEARD,
    NOT_MAILED,
    Preferences,
    check_switches,
)
from shared.errors import Invalid


def test_a_person_who_says_nothing_is_told_of_everything() -> None:
    preferences = Preferences()

    assert all(preferences.wants(INBOX, kind) for kind in Kind)
    assert {kind for kind in Kind if not preferences.wants(EMAIL, kind)} == NOT_MAILED


def test_a_kinds_own_switch_counts_more_than_the_one_of_all() -> None:
    preferences = Preferences().changed({EMAIL: {"*": False, "ticket.rated": True}})

    assert preferences.wants(EMAIL, Kind.TICKET_RATED)
    assert not preferences.wants(EMAIL, Kind.TICKET_CLOSED)
    assert preferences.wants(INBOX, Kind.TICKET_CLOSED)


def test_what_must_be_heard_is_heard_in_the_inbox_when_all_is_off() -> None:
    preferences = Preferences().changed({INBOX: {"*": False}})

    assert {kind for kind in Kind if preferences.wants(INBOX, kind)} == MUST_BE_HEARD


def test_offers_are_mailed_to_no_one() -> None:
    preferences = Preferences().changed({EMAIL: {"job.offered": True}})

    assert not preferences.wants(EMAIL, Kind.JOB_OFFERED)


@pytest.mark.parametrize("kind", sorted(MUST_BE_HEARD))
def test_what_must_be_heard_cannot_be_switched_off_in_the_inbox(kind: Kind) -> None:
    check_switches({INBOX: {kind: True}, EMAIL: {kind: False}})

    with pytest.raises(Invalid) as refused:
        check_switches({INBOX: {kind: False}})

    assert refused.value.details == {"field": f"/channels/inbox/{kind}"}


@pytest.mark.parametrize("name", ["ticket.teleported", "login.link"])
def test_a_switch_of_no_kind_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check_switches({EMAIL: {name: True}})


def test_the_version_rises_when_something_changes() -> None:
    first = Preferences().changed({})
    again = first.changed({EMAIL: {}})
    other = again.changed({EMAIL: {"*": False}})

    assert [each.version for each in (first, again, other)] == [1, 1, 2]
    assert other.changed({EMAIL: {"*": False}, INBOX: {}}) == other


def test_unsubscribing_switches_off_one_kind_or_all() -> None:
    before = Preferences().changed({EMAIL: {"ticket.closed": True}, INBOX: {"ticket.rated": False}})

    one = before.without_mail(Kind.TICKET_HELD)
    every = one.without_mail(None)

    assert one.channels[EMAIL] == {"ticket.closed": True, "ticket.held": False}
    assert every.channels == {EMAIL: {"*": False}, INBOX: {"ticket.rated": False}}
    assert every.without_mail(Kind.TICKET_HELD) == every
    assert one.without_mail(Kind.TICKET_HELD) == one
