"""What tokens claim of where a person lives, and what a record keeps of where they did."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.tickets.domain.person import (
    Person,
    Residence,
    Shown,
    UnknownUnit,
    homes_shown,
    shown_after,
)
from shared.auth.caller import EVERY_SITE, Caller, Home, Role
from shared.errors import Invalid
from shared.ids import SiteId
from tests.unit.tickets.arranging import NOON, SITE, a_caller, after

NOBODY_YET = Person(id="demo/li", site_id="demo", person_id="li")


def claiming(*units: str, issued_at: datetime | None = NOON) -> Caller:
    return replace(a_caller("li", Role.RESIDENT), units=frozenset(units), issued_at=issued_at)


def living(*units: str, since: datetime | None = None, until: datetime | None = None) -> Person:
    return NOBODY_YET.recorded(
        roles=None,
        units=[Residence(unit=unit, since=since, until=until) for unit in units],
        site=SITE,
        at=NOON,
    )


def test_a_unit_counts_from_when_it_was_first_claimed_whatever_token_did() -> None:
    first = shown_after(None, claiming("3-1202"), at=NOON)
    second = shown_after(
        first, claiming("3-1202", "3-1201", issued_at=after(hours=1)), at=after(hours=2)
    )

    assert second is not None
    assert second.units == {"3-1202": NOON, "3-1201": after(hours=2)}


def test_a_newer_token_ends_what_it_does_not_claim_and_an_older_brings_nothing_back() -> None:
    old, new = claiming("3-1202"), claiming(issued_at=after(hours=1))
    shown = shown_after(shown_after(None, old, at=NOON), new, at=after(hours=1))

    assert shown_after(shown, old, at=after(hours=2)) == shown
    assert homes_shown(old, shown) == frozenset()


def test_tokens_of_the_same_second_claim_together() -> None:
    shown = shown_after(None, claiming("3-1202"), at=NOON)
    shown = shown_after(shown, claiming("3-1201"), at=after(hours=1))

    assert shown is not None
    assert shown.units == {"3-1202": NOON, "3-1201": after(hours=1)}
    assert homes_shown(claiming("3-1201"), shown) == {
        Home(SiteId(EVERY_SITE), "3-1201", after(hours=1))
    }


def test_a_token_that_does_not_say_when_it_was_issued_takes_nothing_away() -> None:
    shown = shown_after(None, claiming("3-1202"), at=NOON)

    assert shown_after(shown, claiming(issued_at=None), at=after(hours=1)) == shown


def test_of_those_who_never_claimed_a_unit_nothing_is_known() -> None:
    assert shown_after(None, claiming(), at=NOON) is None
    assert homes_shown(claiming("3-1202"), None) == frozenset()


def test_a_unit_that_is_claimed_again_counts_from_then_on() -> None:
    shown: Shown | None = None
    for n, units in enumerate([("3-1202",), (), ("3-1202",)]):
        shown = shown_after(shown, claiming(*units, issued_at=after(hours=n)), at=after(hours=n))

    assert shown is not None
    assert shown.units == {"3-1202": after(hours=2)}


def test_a_claim_is_dated_anew_once_a_day_and_lapses_when_it_is_not() -> None:
    token = claiming("3-1202")
    first = shown_after(None, token, at=NOON)

    soon = shown_after(first, token, at=after(hours=23))
    next_day = shown_after(first, token, at=after(days=1))

    assert soon == first
    assert next_day is not None
    assert (next_day.claimed_at, next_day.units) == (after(days=1), {"3-1202": NOON})
    assert next_day.without_lapsed(before=after(hours=23)) == (next_day, ())
    left, lapsed = next_day.without_lapsed(before=after(days=1))
    assert (left.units, left.claimed, lapsed) == ({}, {}, ("3-1202",))


def test_a_unit_that_the_newest_token_does_not_claim_lapses_all_the_same() -> None:
    shown = shown_after(None, claiming("3-1202"), at=NOON)
    shown = shown_after(shown, claiming("3-1201", issued_at=after(days=5)), at=after(days=5))

    assert shown is not None
    assert (shown.units, shown.claimed_at) == ({"3-1201": after(days=5)}, NOON)
    left, lapsed = shown.without_lapsed(before=after(days=1))
    assert (left.units, lapsed) == ({"3-1201": after(days=5)}, ("3-1202",))


def test_a_record_keeps_since_when_where_it_is_not_said_again() -> None:
    first = living("3-1202", since=after(days=-9))

    again = first.recorded(
        roles=None,
        units=[Residence(unit="3-1202", since=None, until=None)],
        site=SITE,
        at=after(hours=1),
    )

    assert again is first

    assert (living("3-1202").units or ())[0].since == NOON


def test_what_is_no_unit_of_the_site_or_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UnknownUnit):
        living("9-9")
    with pytest.raises(Invalid):
        living("3-1202", until=NOON)


def test_units_that_were_left_are_seen_to_at_once_and_those_to_come_when_they_end() -> None:
    settled = living("3-1202", until=after(days=1))
    assert (settled.units_left, settled.moves_at) == ((), after(days=1))

    left = settled.recorded(roles=None, units=[], site=SITE, at=after(hours=1))
    assert (left.units_left, left.moves_at) == (("3-1202",), after(hours=1))

    moved = settled.moving_out(at=after(days=1))
    assert (moved.units_left, moved.moves_at) == (("3-1202",), None)


def test_a_flat_that_tokens_claimed_and_the_record_does_not_name_is_left() -> None:
    elsewhere = NOBODY_YET.recorded(
        roles=None,
        units=[Residence(unit="3-1201", since=None, until=None)],
        claimed=["3-1202", "3-1201"],
        site=SITE,
        at=NOON,
    )
    anywhere = NOBODY_YET.recorded(roles=(), units=None, claimed=["3-1202"], site=SITE, at=NOON)

    assert (elsewhere.units_left, elsewhere.moves_at) == (("3-1202",), NOON)
    assert (anywhere.units_left, anywhere.moves_at) == ((), None)


def test_who_comes_back_has_not_left() -> None:
    left = living("3-1202").recorded(roles=None, units=[], site=SITE, at=after(hours=1))

    back = left.recorded(
        roles=None,
        units=[Residence(unit="3-1202", since=None, until=None)],
        site=SITE,
        at=after(hours=2),
    )

    assert (back.units_left, back.moves_at) == ((), None)
    assert (back.units or ())[0].since == after(hours=2)


def test_a_record_that_ended_says_nothing_any_more() -> None:
    removed = living("3-1202").removed(at=after(hours=1))

    assert (removed.roles, removed.units, removed.removed_at) == (None, None, after(hours=1))
    assert (removed.version, removed.moves_at) == (2, None)
